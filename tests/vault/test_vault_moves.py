"""Keys move between keychain and sealed file; at no moment are they nowhere."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from secrets import token_bytes

import pytest

from tests.fakes.crash_disk import CrashDisk, PowerFailure
from tests.fakes.memory_keychain import MemoryKeychain
from tests.fakes.secret_service import SecretService
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.vault.disk import Disk
from whisp_desktop.vault.identity import Identity
from whisp_desktop.vault.keychain import Keychain
from whisp_desktop.vault.passphrase import Cost
from whisp_desktop.vault.profile import Profile

CHEAP = Cost(passes=1, memory_kib=8)
BOOK = b"a book"
OLD, NEW = b"correct horse", b"battery staple"

Act = Callable[[Profile], None]


def no_keychain() -> Keychain:
    raise RefusedError("keychain_absent", "No keychain answers on this computer. Start one.")


def change(profile: Profile) -> None:
    profile.moves.change_passphrase(Secret(OLD), Secret(NEW))


def to_keychain(profile: Profile) -> None:
    profile.moves.to_keychain()


def to_file(profile: Profile) -> None:
    profile.moves.to_file(Secret(NEW))


class Desktop:
    """One profile folder and one keychain, which one profile after the other uses."""

    def __init__(
        self, folder: Path, keychain: Keychain | None = None, disk: Disk | None = None
    ) -> None:
        self.folder = folder
        self.keychain = keychain or MemoryKeychain()
        self.disk = disk or Disk()
        self.seeds = tuple(token_bytes(32) for _ in range(3))
        self.opened: list[Profile] = []

    def make(self, *, in_keychain: bool) -> Profile:
        profile = self.profile(with_keychain=in_keychain)
        profile.open()
        if not in_keychain:
            profile.choose(Secret(OLD))
        profile.create(Identity(*(Secret(seed) for seed in self.seeds)), BOOK)
        profile.close()
        return self.open()

    def close(self) -> None:
        for each in self.opened:
            each.close()

    def profile(self, *, with_keychain: bool = True) -> Profile:
        self.close()
        find = (lambda: self.keychain) if with_keychain else no_keychain
        profile = Profile(self.folder, find, cost=CHEAP, disk=self.disk)
        self.opened.append(profile)
        return profile

    def open(self) -> Profile:
        """Open it with whichever passphrase opens it, if one is needed."""
        profile = self.profile()
        profile.open()
        for words in (OLD, NEW):
            if profile.state == "locked":
                with suppress(RefusedError):
                    profile.unlock(Secret(words))
        assert profile.state == "open"
        identity = profile.identity
        keys = (identity.account_seed, identity.signing_seed, identity.agreement_private)
        assert tuple(bytes(key.data) for key in keys if key) == self.seeds
        assert profile.book == BOOK
        return profile

    def opens_with(self, words: bytes) -> bool:
        profile = self.profile()
        profile.open()
        with suppress(RefusedError):
            profile.unlock(Secret(words))
        return profile.state == "open"

    def files(self) -> set[str]:
        return {each.name for each in self.folder.iterdir() if "keys" in each.name}


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Desktop]:
    desktop = Desktop(tmp_path / "profile")
    yield desktop
    desktop.close()


def entries(desktop: Desktop) -> dict[str, bytes]:
    assert isinstance(desktop.keychain, MemoryKeychain)
    return desktop.keychain.entries


def refusal(question: Callable[..., object], *arguments: object) -> RefusedError:
    with pytest.raises(RefusedError) as refused:
        question(*arguments)
    return refused.value


class TestChangingThePassphrase:
    def test_the_new_one_opens_it_and_the_old_one_no_more(self, desktop: Desktop) -> None:
        change(desktop.make(in_keychain=False))
        assert desktop.files() == {"keys-2.sealed"}
        assert not desktop.opens_with(OLD)
        assert desktop.opens_with(NEW)
        desktop.open().moves.change_passphrase(Secret(NEW), Secret(OLD))
        assert desktop.files() == {"keys.sealed"}
        assert desktop.opens_with(OLD)

    def test_who_does_not_know_the_old_one_changes_nothing(self, desktop: Desktop) -> None:
        profile = desktop.make(in_keychain=False)
        moves = profile.moves
        assert refusal(moves.change_passphrase, Secret(b"no"), Secret(NEW)).code == (
            "wrong_passphrase"
        )
        assert refusal(moves.change_passphrase, Secret(OLD), Secret(b"")).code == "passphrase_bad"
        assert desktop.opens_with(OLD)

    def test_keys_in_a_keychain_have_none(self, desktop: Desktop) -> None:
        profile = desktop.make(in_keychain=True)
        assert refusal(change, profile).code == "passphrase_not_needed"

    def test_the_bytes_of_the_former_file_are_overwritten(self, desktop: Desktop) -> None:
        profile = desktop.make(in_keychain=False)
        with (desktop.folder / "keys.sealed").open("rb") as former:
            size_bytes = len(former.read())
            change(profile)
            former.seek(0)
            assert former.read() == bytes(size_bytes)


class TestMoving:
    def test_to_a_file_and_back(self, tmp_path: Path, keychain: Keychain) -> None:
        desktop = Desktop(tmp_path / "profile", keychain)
        profile = desktop.make(in_keychain=True)
        place = profile._places.record
        assert place is not None
        to_file(profile)
        assert profile.key_store == "passphrase"
        assert keychain.read(place.entry) is None
        assert desktop.opens_with(NEW)
        profile = desktop.open()
        with (desktop.folder / "keys.sealed").open("rb") as former:
            size_bytes = len(former.read())
            to_keychain(profile)
            former.seek(0)
            assert former.read() == bytes(size_bytes)
        assert desktop.files() == set()
        assert desktop.open().key_store == f"os-keychain:{keychain.name}"

    def test_where_they_are_already_nothing_happens(self, desktop: Desktop) -> None:
        profile = desktop.make(in_keychain=True)
        before = dict(entries(desktop))
        assert refusal(to_keychain, profile).code == "already_there"
        to_file(profile)
        assert refusal(to_file, profile).code == "already_there"
        assert before
        assert entries(desktop) == {}

    def test_a_keychain_that_refuses_leaves_them_where_they_are(self, desktop: Desktop) -> None:
        profile = desktop.make(in_keychain=False)
        assert isinstance(desktop.keychain, MemoryKeychain)
        desktop.keychain.locked = True
        assert refusal(to_keychain, profile).code == "keychain_locked"
        assert desktop.opens_with(OLD)

    def test_a_keychain_that_keeps_something_else_gets_no_keys(self, desktop: Desktop) -> None:
        class Careless(MemoryKeychain):
            def write(self, entry: str, value: Secret) -> None:
                flip = len(value) > 100
                super().write(entry, Secret(value.data[:-1] + b"?") if flip else value)

        desktop.keychain = Careless()
        profile = desktop.make(in_keychain=False)
        assert refusal(to_keychain, profile).code == "keys_not_kept"
        assert entries(desktop) == {}
        assert desktop.opens_with(OLD)

    def test_an_entry_that_cannot_be_deleted_now_is_deleted_another_time(
        self, desktop: Desktop
    ) -> None:
        class Clinging(MemoryKeychain):
            clings = True

            def delete(self, entry: str) -> None:
                if self.clings and len(self.entries[entry]) > 100:
                    raise RefusedError("keychain_failing", "It failed.")
                super().delete(entry)

        desktop.keychain = keychain = Clinging()
        to_file(desktop.make(in_keychain=True))
        assert len(keychain.entries) == 1
        profile = desktop.open()
        profile.moves.tidy()
        assert len(keychain.entries) == 1
        keychain.clings = False
        profile.moves.tend()
        assert len(keychain.entries) == 1
        profile.moves.tidy()
        assert keychain.entries == {}
        assert desktop.opens_with(NEW)


CASES = [
    pytest.param(False, change, id="another-passphrase"),
    pytest.param(False, to_keychain, id="file-to-keychain"),
    pytest.param(True, to_file, id="keychain-to-file"),
]


class TestCutOff:
    """The power fails, or the disk refuses, at every step of a move."""

    @pytest.mark.parametrize(("in_keychain", "act"), CASES)
    def test_the_power_fails_anywhere(self, tmp_path: Path, act: Act, *, in_keychain: bool) -> None:
        stores = set()
        for step in count():
            disk = CrashDisk()
            desktop = Desktop(tmp_path, disk=disk)
            profile = desktop.make(in_keychain=in_keychain)
            disk.fails_at = disk.steps + step
            try:
                act(profile)
            except PowerFailure:
                pass
            else:
                desktop.close()
                break
            kept = dict(entries(desktop))
            for end in sampled(disk.after_failure()):
                desktop.disk = end
                entries(desktop).clear()
                entries(desktop).update(kept)
                profile = desktop.open()
                stores.add(profile.key_store)
                profile.moves.tidy()
                assert places_in_use(desktop, end) == 1
                desktop.open()
            desktop.close()
        assert step > 20
        assert len(stores) == (1 if act is change else 2)

    @pytest.mark.parametrize(("in_keychain", "act"), CASES)
    def test_the_disk_refuses_once_anywhere(
        self, tmp_path: Path, act: Act, *, in_keychain: bool
    ) -> None:
        refused = []
        for step in count():
            disk = RefusingDisk()
            desktop = Desktop(tmp_path, disk=disk)
            profile = desktop.make(in_keychain=in_keychain)
            disk.refuses_at = disk.steps + step
            try:
                act(profile)
            except RefusedError as error:
                refused.append(error.code)
            if disk.refuses_at is not None:
                desktop.close()
                break
            profile.moves.tidy()
            assert places_in_use(desktop, disk) == 1
            for end in sampled(disk.after_failure()):
                desktop.disk = end
                desktop.open()
            desktop.close()
        assert len(refused) > 10
        assert set(refused) == {"not_saved"}


class RefusingDisk(CrashDisk):
    """Refuses one step, and works again from then on."""

    refuses_at: int | None = None

    def _step(self) -> None:
        super()._step()
        if self.refuses_at is not None and self.steps > self.refuses_at:
            self.refuses_at = None
            raise OSError


def places_in_use(desktop: Desktop, disk: CrashDisk) -> int:
    files = ("keys.sealed", "keys-2.sealed")
    return len(entries(desktop)) + sum(disk.exists(desktop.folder / name) for name in files)


def sampled(ends: list[CrashDisk]) -> list[CrashDisk]:
    return ends[:3] + ends[3::41]


class TestAKeychainThatLosesThemWhileWhispRuns:
    def test_they_are_put_back(self, desktop: Desktop) -> None:
        profile = desktop.make(in_keychain=True)
        assert not profile.moves.tend()
        entries(desktop).clear()
        assert profile.moves.tend()
        assert not profile.moves.tend()
        desktop.open()

    def test_a_locked_one_is_not_known_to_have_lost_them(self, desktop: Desktop) -> None:
        profile = desktop.make(in_keychain=True)
        assert isinstance(desktop.keychain, MemoryKeychain)
        entries(desktop).clear()
        desktop.keychain.locked = True
        assert not profile.moves.tend()
        desktop.keychain.locked = False
        assert profile.moves.tend()

    def test_where_it_does_not_take_them_back_a_file_does(self, desktop: Desktop) -> None:
        class Full(MemoryKeychain):
            is_full = False

            def write(self, entry: str, value: Secret) -> None:
                if self.is_full:
                    raise RefusedError("keychain_failing", "The keychain (Memory) failed.")
                super().write(entry, value)

        desktop.keychain = keychain = Full()
        profile = desktop.make(in_keychain=True)
        keychain.entries.clear()
        keychain.is_full = True
        lost = refusal(profile.moves.tend)
        assert lost.code == "entry_lost"
        assert "Whisp still has them. The keychain (Memory) failed." in lost.say
        to_file(profile)
        assert desktop.opens_with(NEW)

    def test_a_real_one_that_is_wiped(
        self, tmp_path: Path, secret_service: SecretService, gnome_keyring: Keychain
    ) -> None:
        desktop = Desktop(tmp_path / "profile", gnome_keyring)
        profile = desktop.make(in_keychain=True)
        assert not profile.moves.tend()
        secret_service.wipe()
        assert profile.moves.tend()
        desktop.open()
        secret_service.stop_daemon()
        secret_service.start_daemon()
        assert not desktop.open().moves.tend()
        desktop.close()

    def test_a_real_one_that_is_locked_or_gone_is_asked_nothing(
        self, tmp_path: Path, secret_service: SecretService, gnome_keyring: Keychain
    ) -> None:
        desktop = Desktop(tmp_path / "profile", gnome_keyring)
        profile = desktop.make(in_keychain=True)
        secret_service.lock()
        assert not profile.moves.tend()
        secret_service.stop_daemon()
        assert not profile.moves.tend()
        desktop.close()
