"""A sealed file survives a crash at any byte; a damaged one is set aside and named."""

import os
import resource
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.crash_disk import CrashDisk, PowerFailure
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.vault.disk import Disk
from whisp_desktop.vault.sealed_file import SealedFile

InChild = Callable[[Callable[[], None]], str]

KEY = bytes(range(32))
OLD, NEW = b"old contacts", b"new contacts, and more of them"


def sealed(path: Path, disk: Disk | None = None, key: bytes = KEY) -> SealedFile:
    return SealedFile(path, Secret(key), disk or Disk())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "book.sealed"


class TestReadingAndWriting:
    @pytest.mark.parametrize("data", [b"", b"x", bytes(4_092), bytes(4_093), bytes(300_000)])
    def test_what_was_written_last_comes_back(self, path: Path, data: bytes) -> None:
        file = sealed(path)
        assert refusal(path).code == "file_lost"
        file.write(OLD)
        file.write(data)
        assert file.read() == data
        assert sealed(path).read() == data
        assert list(path.parent.iterdir()) == [path]

    @pytest.mark.parametrize(
        ("size_bytes", "box_bytes"), [(0, 4_096), (4_092, 4_096), (4_093, 8_192), (8_189, 16_384)]
    )
    def test_only_the_size_class_shows(self, path: Path, size_bytes: int, box_bytes: int) -> None:
        sealed(path).write(bytes(size_bytes))
        assert path.stat().st_size == 5 + 24 + 16 + box_bytes

    def test_nothing_of_it_shows_and_no_two_are_alike(self, path: Path) -> None:
        sealed(path).write(NEW)
        first = path.read_bytes()
        sealed(path).write(NEW)
        assert NEW not in first
        assert first != path.read_bytes()

    def test_it_is_private(self, path: Path) -> None:
        before = os.umask(0)
        try:
            sealed(path).write(NEW)
        finally:
            os.umask(before)
        assert path.stat().st_mode & 0o777 == 0o600

    def test_a_leftover_of_a_crash_is_in_nobodys_way(self, path: Path) -> None:
        path.with_name("book.sealed.new").write_bytes(b"half")
        sealed(path).write(NEW)
        assert sealed(path).read() == NEW
        assert list(path.parent.iterdir()) == [path]


def refusal(path: Path) -> RefusedError:
    with pytest.raises(RefusedError) as refused:
        sealed(path).read()
    return refused.value


def damaged(path: Path) -> RefusedError:
    refused = refusal(path)
    assert refused.code == "file_damaged"
    return refused


class TestDamage:
    def test_it_is_named_with_a_way_out_and_stays(self, path: Path) -> None:
        sealed(path).write(OLD)
        whole = bytearray(path.read_bytes())
        whole[-1] ^= 1
        path.write_bytes(whole)
        for _ in range(2):
            say = damaged(path).say
            assert "“book.sealed” is damaged" in say
            assert "set it aside" in say
        assert path.read_bytes() == whole
        assert list(path.parent.iterdir()) == [path]

    def test_set_aside_it_has_another_name(self, path: Path) -> None:
        for number in (1, 2, 3):
            path.write_bytes(bytes([number]))
            assert sealed(path).set_aside() == f"book.sealed.damaged-{number}"
        assert [each.read_bytes() for each in sorted(path.parent.iterdir())] == [
            b"\x01",
            b"\x02",
            b"\x03",
        ]

    def test_one_that_is_gone_is_told_and_there_is_nothing_to_set_aside(self, path: Path) -> None:
        gone = refusal(path)
        assert gone.code == "file_lost"
        assert "“book.sealed” is missing" in gone.say
        assert sealed(path).set_aside() == ""
        assert list(path.parent.iterdir()) == []

    def test_cut_off_anywhere_it_is_damaged(self, path: Path) -> None:
        sealed(path).write(OLD)
        whole = path.read_bytes()
        for size_bytes in (*range(64), 2_000, len(whole) - 1):
            path.write_bytes(whole[:size_bytes])
            damaged(path)

    @settings(deadline=None)
    @given(place=st.integers(0, 4_140), bit=st.integers(0, 7))
    def test_a_flipped_bit_anywhere_is_damage(
        self, tmp_path_factory: pytest.TempPathFactory, place: int, bit: int
    ) -> None:
        path = tmp_path_factory.mktemp("flip") / "book.sealed"
        sealed(path).write(OLD)
        whole = bytearray(path.read_bytes())
        whole[place] ^= 1 << bit
        path.write_bytes(whole)
        damaged(path)

    def test_another_key_is_damage_too(self, path: Path) -> None:
        sealed(path, key=bytes(32)).write(OLD)
        damaged(path)

    def test_a_file_without_end_is_not_read_whole(self, path: Path) -> None:
        with path.open("wb") as file:
            file.truncate(64 * 1024**3)
        damaged(path)


def ends_of(path: Path, write: Callable[[Disk], None], old: bytes) -> list[CrashDisk]:
    """Let the power fail at each step of a write over the old file; return what a start finds."""

    def with_old(fails_at: int | None) -> CrashDisk:
        disk = CrashDisk(fails_at)
        disk.put(path, old)
        return disk

    whole = with_old(None)
    write(whole)
    ends = whole.after_failure()
    for step in range(whole.steps):
        cut = with_old(step)
        with pytest.raises(PowerFailure):
            write(cut)
        ends += cut.after_failure()
    return ends


class TestCrash:
    def test_after_a_power_failure_at_any_step_and_byte_it_is_the_old_or_the_new_one(
        self, path: Path
    ) -> None:
        first = CrashDisk()
        sealed(path, first).write(OLD)
        old = first.read(path)
        assert old is not None
        ends = ends_of(path, lambda disk: sealed(path, disk).write(NEW), old)
        assert len(ends) > 2 * len(old)
        assert {sealed(path, disk).read() for disk in ends} == {OLD, NEW}

    @pytest.mark.parametrize("size_bytes", [0, 1, 28, 29, 2_000, 4_140])
    def test_killed_in_the_middle_of_the_write_it_is_the_old_one(
        self, path: Path, in_child: InChild, size_bytes: int
    ) -> None:
        sealed(path).write(OLD)
        assert in_child(lambda: write_at_most(path, size_bytes, signal.SIG_DFL)) == "SIGXFSZ"
        left_over = path.with_name("book.sealed.new")
        assert left_over.stat().st_size == size_bytes
        assert sealed(path).read() == OLD
        sealed(path).write(NEW)
        assert sealed(path).read() == NEW
        assert not left_over.exists()

    @pytest.mark.parametrize("size_bytes", [0, 1, 4_140])
    def test_on_a_full_disk_it_is_the_old_one_and_a_sentence_says_so(
        self, path: Path, in_child: InChild, size_bytes: int
    ) -> None:
        sealed(path).write(OLD)
        assert in_child(lambda: write_at_most(path, size_bytes, signal.SIG_IGN)) == "not_saved"
        assert sealed(path).read() == OLD
        assert list(path.parent.iterdir()) == [path]


def write_at_most(path: Path, size_bytes: int, on_excess: signal.Handlers) -> None:
    signal.signal(signal.SIGXFSZ, on_excess)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, size_bytes))
    sealed(path).write(NEW)
