"""A profile that cannot be opened is put aside by its owner: named, whole, and never replaced."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from secrets import token_bytes

import pytest

from tests.fakes.crash_disk import CrashDisk, PowerFailure
from tests.fakes.memory_keychain import MemoryKeychain
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.vault.disk import Disk
from whisp_desktop.vault.identity import Identity
from whisp_desktop.vault.passphrase import Cost
from whisp_desktop.vault.profile import Profile

NAMES = ("book.sealed", "key-store.json")


def new_identity() -> Identity:
    return Identity(*(Secret(token_bytes(32)) for _ in range(3)))


@pytest.fixture
def memory() -> MemoryKeychain:
    return MemoryKeychain()


@pytest.fixture
def start(tmp_path: Path, memory: MemoryKeychain) -> Iterator[Callable[..., Profile]]:
    """Start one profile after the other in the same folder."""
    opened: list[Profile] = []

    def start(disk: Disk | None = None) -> Profile:
        for each in opened:
            each.close()
        cheap = Cost(passes=1, memory_kib=8)
        profile = Profile(tmp_path, lambda: memory, cost=cheap, disk=disk)
        opened.append(profile)
        return profile

    yield start
    for each in opened:
        each.close()


def lost(profile: Profile, code: str = "entry_lost") -> Profile:
    with pytest.raises(RefusedError) as refused:
        profile.open()
    assert refused.value.code == code
    assert "set this profile aside" in refused.value.say
    assert profile.state == "locked"
    return profile


def made(start: Callable[..., Profile], disk: Disk | None = None) -> Profile:
    profile = start(disk)
    profile.open()
    profile.create(new_identity(), b"a book")
    return profile


def test_a_profile_whose_keys_are_lost_is_kept_and_a_new_one_begins(
    tmp_path: Path, start: Callable[..., Profile], memory: MemoryKeychain
) -> None:
    made(start)
    before = {name: (tmp_path / name).read_bytes() for name in NAMES}
    memory.entries.clear()
    profile = lost(start())
    assert profile.set_aside() == "set-aside-1"
    assert {name: (tmp_path / "set-aside-1" / name).read_bytes() for name in NAMES} == before
    assert (tmp_path / "set-aside-1").stat().st_mode & 0o777 == 0o700
    assert profile.state == "new"
    profile.create(new_identity(), b"another book")
    again = start()
    again.open()
    assert again.book == b"another book"


def test_put_back_with_its_keychain_it_opens_again(
    tmp_path: Path, start: Callable[..., Profile], memory: MemoryKeychain
) -> None:
    made(start)
    entries = dict(memory.entries)
    memory.entries.clear()
    profile = lost(start())
    profile.set_aside()
    profile.close()
    memory.entries = entries
    for name in NAMES:
        (tmp_path / "set-aside-1" / name).rename(tmp_path / name)
    again = start()
    again.open()
    assert again.book == b"a book"


@pytest.mark.parametrize("record", [None, b"damaged"])
def test_so_is_one_whose_record_is_gone_or_damaged(
    tmp_path: Path, start: Callable[..., Profile], record: bytes | None
) -> None:
    for number in (1, 2):
        made(start)
        if record is None:
            (tmp_path / "key-store.json").unlink()
        else:
            (tmp_path / "key-store.json").write_bytes(record)
        profile = lost(start(), "profile_damaged")
        assert profile.set_aside() == f"set-aside-{number}"
        assert (tmp_path / f"set-aside-{number}" / "book.sealed").exists()


def test_a_profile_whose_passphrase_is_forgotten_can_be_put_aside(
    tmp_path: Path, start: Callable[..., Profile]
) -> None:
    made(start).moves.to_file(Secret(b"forgotten"))
    profile = start()
    profile.open()
    assert profile.can_be_set_aside
    assert profile.set_aside() == "set-aside-1"
    assert (tmp_path / "set-aside-1" / "keys.sealed").exists()
    assert profile.state == "new"


@pytest.mark.parametrize("state", ["new", "open", "closed"])
def test_any_other_profile_is_not(start: Callable[..., Profile], state: str) -> None:
    profile = start()
    if state != "closed":
        profile.open()
    if state == "open":
        profile.create(new_identity(), b"a book")
    with pytest.raises(RefusedError) as refused:
        profile.set_aside()
    assert refused.value.code == "nothing_to_set_aside"


def test_a_power_failure_leaves_it_whole(
    tmp_path: Path, start: Callable[..., Profile], memory: MemoryKeychain
) -> None:
    ends = 0
    for step in count():
        disk = CrashDisk()
        made(start, disk)
        files = {name: disk.read(tmp_path / name) for name in NAMES}
        memory.entries.clear()
        profile = lost(start(disk))
        disk.fails_at = disk.steps + step
        try:
            profile.set_aside()
        except PowerFailure:
            pass
        else:
            break
        for end in disk.after_failure():
            profile = start(end)
            if end.exists(tmp_path / "key-store.json"):
                lost(profile).set_aside()
            else:
                profile.open()
            assert profile.state == "new"
            assert files in [
                {name: end.read(tmp_path / f"set-aside-{number}" / name) for name in NAMES}
                for number in (1, 2)
            ]
            ends += 1
    assert ends >= 2 * step > 10
