"""One identity a profile: kept, found again, never overwritten; what is wrong has a way out."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
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
BOOK = b"the first book"
WORDS = "correct horse"


def no_keychain() -> Keychain:
    raise RefusedError("keychain_absent", "No keychain answers on this computer. Start one.")


def new_identity() -> Identity:
    return Identity(*(Secret(token_bytes(32)) for _ in range(3)))


def copied(identity: Identity) -> tuple[bytes, ...]:
    keys = (identity.account_seed, identity.signing_seed, identity.agreement_private)
    return tuple(bytes(key.data) for key in keys)


class Folder:
    """Opens profiles in one folder, one after the other."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._opened: list[Profile] = []

    def profile(self, keychain: Callable[[], Keychain]) -> Profile:
        self.close()
        profile = Profile(self.path, keychain, cost=CHEAP)
        self._opened.append(profile)
        return profile

    def open(self, keychain: Callable[[], Keychain]) -> Profile:
        profile = self.profile(keychain)
        profile.open()
        return profile

    def close(self) -> None:
        for each in self._opened:
            each.close()

    def files(self) -> set[str]:
        return {each.name for each in self.path.iterdir()}


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    folder = Folder(tmp_path / "profile")
    yield folder
    folder.close()


@pytest.fixture
def memory() -> MemoryKeychain:
    return MemoryKeychain()


def refusal(question: Callable[..., object], *arguments: object) -> RefusedError:
    with pytest.raises(RefusedError) as refused:
        question(*arguments)
    return refused.value


class TestWithAKeychain:
    def test_an_identity_is_there_again_after_a_restart(
        self, folder: Folder, keychain: Keychain
    ) -> None:
        profile = folder.open(lambda: keychain)
        assert profile.state == "new"
        identity = new_identity()
        keys = copied(identity)
        profile.create(identity, BOOK)
        assert profile.state == "open"
        profile.close()
        assert identity.account_seed.closed

        again = folder.open(lambda: keychain)
        assert again.state == "open"
        assert again.key_store == f"os-keychain:{keychain.name}"
        assert copied(again.identity) == keys
        assert again.book == BOOK

    def test_the_book_is_kept(self, folder: Folder, memory: MemoryKeychain) -> None:
        profile = folder.open(lambda: memory)
        profile.create(new_identity(), BOOK)
        profile.save_book(b"the second")
        assert profile.book == b"the second"
        assert folder.open(lambda: memory).book == b"the second"

    def test_a_locked_keychain_is_refused_and_can_be_tried_again(
        self, folder: Folder, memory: MemoryKeychain
    ) -> None:
        folder.open(lambda: memory).create(new_identity(), BOOK)
        memory.locked = True
        profile = folder.profile(lambda: memory)
        assert refusal(profile.open).code == "keychain_locked"
        assert profile.state == "locked"
        memory.locked = False
        profile.open()
        assert profile.state == "open"

    def test_a_lost_entry_is_refused_and_nothing_is_made_anew(
        self, folder: Folder, memory: MemoryKeychain
    ) -> None:
        folder.open(lambda: memory).create(new_identity(), BOOK)
        memory.entries.clear()
        profile = folder.profile(lambda: memory)
        lost = refusal(profile.open)
        assert lost.code == "entry_lost"
        assert "Memory" in lost.say
        assert "set this profile aside" in lost.say
        assert profile.state == "locked"
        assert refusal(profile.create, new_identity(), BOOK).code == "profile_exists"
        assert memory.entries == {}

    def test_another_entry_in_its_place_is_refused(
        self, folder: Folder, memory: MemoryKeychain
    ) -> None:
        folder.open(lambda: memory).create(new_identity(), BOOK)
        for entry in memory.entries:
            memory.entries[entry] = b"something else"
        assert refusal(folder.profile(lambda: memory).open).code == "entry_damaged"

    def test_another_back_end_than_last_time_is_refused_by_both_names(
        self, folder: Folder, memory: MemoryKeychain
    ) -> None:
        folder.open(lambda: memory).create(new_identity(), BOOK)
        other = MemoryKeychain("Other")
        other.entries = memory.entries
        refused = refusal(folder.profile(lambda: other).open)
        assert refused.code == "other_keychain"
        assert "Memory" in refused.say
        assert "Other" in refused.say

    def test_a_back_end_that_is_gone_is_refused_and_the_one_with_the_keys_is_named(
        self, folder: Folder, memory: MemoryKeychain
    ) -> None:
        folder.open(lambda: memory).create(new_identity(), BOOK)
        refused = refusal(folder.profile(no_keychain).open)
        assert refused.code == "keychain_absent"
        assert refused.say.startswith("Your keys are in Memory. No keychain")

    def test_no_passphrase_is_asked_for(self, folder: Folder, memory: MemoryKeychain) -> None:
        profile = folder.open(lambda: memory)
        assert refusal(profile.unlock, Secret(b"x")).code == "passphrase_not_needed"
        profile.create(new_identity(), BOOK)
        assert refusal(profile.unlock, Secret(b"x")).code == "passphrase_not_needed"

    def test_a_keychain_that_fails_while_the_profile_is_made_leaves_it_new(
        self, folder: Folder, memory: MemoryKeychain
    ) -> None:
        profile = folder.open(lambda: memory)
        memory.locked = True
        identity = new_identity()
        assert refusal(profile.create, identity, BOOK).code == "keychain_locked"
        assert profile.state == "new"
        assert not identity.account_seed.closed
        assert folder.files() == {"lock"}
        memory.locked = False
        profile.create(identity, BOOK)
        assert profile.state == "open"


class TestWithAPassphrase:
    def test_an_identity_is_there_again_under_the_passphrase(self, folder: Folder) -> None:
        profile = folder.open(no_keychain)
        assert profile.state == "new"
        assert profile.key_store == "passphrase"
        assert profile.no_keychain is not None
        chosen = Secret(WORDS.encode())
        profile.unlock(chosen)
        chosen.close()
        identity = new_identity()
        keys = copied(identity)
        profile.create(identity, BOOK)
        profile.close()

        again = folder.open(no_keychain)
        assert again.state == "locked"
        assert again.key_store == "passphrase"
        assert again.book == b""
        assert refusal(again.unlock, Secret(b"wrong")).code == "wrong_passphrase"
        assert again.state == "locked"
        again.unlock(Secret(WORDS.encode()))
        assert again.state == "open"
        assert copied(again.identity) == keys
        assert again.book == BOOK
        assert refusal(again.unlock, Secret(WORDS.encode())).code == "passphrase_not_needed"

    def test_without_one_it_is_asked_for_and_the_keychain_named(self, folder: Folder) -> None:
        profile = folder.open(no_keychain)
        refused = refusal(profile.create, new_identity(), BOOK)
        assert refused.code == "passphrase_needed"
        assert refused.say.startswith("No keychain answers on this computer.")
        assert "passphrase" in refused.say
        assert profile.state == "new"

    def test_an_empty_one_is_not_taken(self, folder: Folder) -> None:
        profile = folder.open(no_keychain)
        assert refusal(profile.unlock, Secret(b"")).code == "passphrase_bad"

    def test_the_one_that_was_chosen_stays(self, folder: Folder) -> None:
        profile = folder.open(no_keychain)
        profile.unlock(Secret(b"first"))
        profile.unlock(Secret(b"first"))
        refused = refusal(profile.unlock, Secret(b"second"))
        assert refused.code == "passphrase_chosen"
        profile.create(new_identity(), BOOK)
        again = folder.open(no_keychain)
        assert refusal(again.unlock, Secret(b"second")).code == "wrong_passphrase"
        again.unlock(Secret(b"first"))

    def test_it_can_be_chosen_anew_before_there_are_keys(self, folder: Folder) -> None:
        profile = folder.open(no_keychain)
        profile.unlock(Secret(b"first"))
        profile.choose(Secret(b"second"))
        assert refusal(profile.choose, Secret(b"")).code == "passphrase_bad"
        profile.create(new_identity(), BOOK)
        again = folder.open(no_keychain)
        assert refusal(again.choose, Secret(b"third")).code == "passphrase_not_needed"
        assert refusal(again.unlock, Secret(b"first")).code == "wrong_passphrase"
        again.unlock(Secret(b"second"))

    def test_it_can_be_chosen_anew_once_there_are_keys(self, folder: Folder) -> None:
        profile = folder.open(no_keychain)
        profile.choose(Secret(b"first"))
        identity = new_identity()
        keys = copied(identity)
        profile.create(identity, BOOK)
        profile.choose(Secret(b"second"))
        again = folder.open(no_keychain)
        assert refusal(again.unlock, Secret(b"first")).code == "wrong_passphrase"
        again.unlock(Secret(b"second"))
        assert copied(again.identity) == keys
        assert again.book == BOOK

    def test_where_a_keychain_answers_none_is_chosen(
        self, folder: Folder, memory: MemoryKeychain
    ) -> None:
        profile = folder.open(lambda: memory)
        assert refusal(profile.choose, Secret(b"first")).code == "passphrase_not_needed"

    def test_a_keychain_that_has_come_meanwhile_changes_nothing(
        self, folder: Folder, memory: MemoryKeychain
    ) -> None:
        profile = folder.open(no_keychain)
        profile.unlock(Secret(WORDS.encode()))
        profile.create(new_identity(), BOOK)
        assert folder.open(lambda: memory).state == "locked"
        assert memory.entries == {}

    @pytest.mark.parametrize("whole", [None, b"", b"something else"])
    def test_a_damaged_file_of_keys_is_named_and_stays(
        self, folder: Folder, whole: bytes | None
    ) -> None:
        profile = folder.open(no_keychain)
        profile.unlock(Secret(WORDS.encode()))
        profile.create(new_identity(), BOOK)
        path = folder.path / "keys.sealed"
        if whole is None:
            path.unlink()
        else:
            path.write_bytes(whole)
        again = folder.open(no_keychain)
        refused = refusal(again.unlock, Secret(WORDS.encode()))
        assert refused.code == "keys_damaged"
        assert "“keys.sealed”" in refused.say
        assert path.exists() == (whole is not None)

    def test_a_keychain_that_does_not_pass_the_check_is_not_used(self, folder: Folder) -> None:
        locked = MemoryKeychain()
        locked.locked = True
        profile = folder.open(lambda: locked)
        assert profile.key_store == "passphrase"
        refused = refusal(profile.create, new_identity(), BOOK)
        assert refused.code == "passphrase_needed"
        assert "(Memory) is locked" in refused.say


class TestTheFolder:
    def test_it_is_private_and_tells_no_name_and_no_key(
        self, folder: Folder, memory: MemoryKeychain
    ) -> None:
        folder.path.mkdir(mode=0o755)
        profile = folder.open(lambda: memory)
        identity = new_identity()
        keys = copied(identity)
        profile.create(identity, b"contacts: bob")
        assert folder.path.stat().st_mode & 0o777 == 0o700
        assert folder.files() == {"lock", "key-store.json", "book.sealed"}
        for file in folder.path.iterdir():
            assert file.stat().st_mode & 0o777 == 0o600
            whole = file.read_bytes()
            assert b"bob" not in whole
            assert not any(key in whole for key in keys)

    def test_it_tells_which_key_store_and_no_secret(
        self, folder: Folder, memory: MemoryKeychain
    ) -> None:
        folder.open(lambda: memory).create(new_identity(), BOOK)
        (entry,) = memory.entries
        assert json.loads((folder.path / "key-store.json").read_bytes()) == {
            "version": 1,
            "store": "os-keychain:Memory",
            "entry": entry,
            "complete": True,
        }

    def test_an_existing_identity_is_never_overwritten(
        self, folder: Folder, memory: MemoryKeychain
    ) -> None:
        profile = folder.open(lambda: memory)
        profile.create(new_identity(), BOOK)
        before = {path: path.read_bytes() for path in folder.path.iterdir()}
        assert refusal(profile.create, new_identity(), b"other").code == "profile_exists"
        again = folder.open(lambda: memory)
        assert refusal(again.create, new_identity(), b"other").code == "profile_exists"
        assert {path: path.read_bytes() for path in folder.path.iterdir()} == before
        assert len(memory.entries) == 1

    def test_a_profile_that_was_not_opened_creates_nothing(
        self, folder: Folder, memory: MemoryKeychain
    ) -> None:
        profile = folder.profile(lambda: memory)
        assert refusal(profile.create, new_identity(), BOOK).code == "profile_exists"

    def test_one_process_at_a_time(self, folder: Folder, memory: MemoryKeychain) -> None:
        folder.open(lambda: memory)
        second = Profile(folder.path, lambda: memory)
        assert refusal(second.open).code == "profile_in_use"
        folder.close()
        second.open()
        second.close()

    def test_closed_it_has_no_keys(self, folder: Folder, memory: MemoryKeychain) -> None:
        profile = folder.open(lambda: memory)
        profile.create(new_identity(), BOOK)
        profile.close()
        profile.close()
        assert profile.book == b""
        with pytest.raises(ValueError, match="not open"):
            _ = profile.identity
        with pytest.raises(ValueError, match="not open"):
            profile.save_book(BOOK)

    def test_a_damaged_book_stays_until_its_owner_sets_it_aside_and_the_identity_stays(
        self, folder: Folder, memory: MemoryKeychain
    ) -> None:
        profile = folder.open(lambda: memory)
        identity = new_identity()
        keys = copied(identity)
        profile.create(identity, BOOK)
        profile.close()
        book = folder.path / "book.sealed"
        book.write_bytes(book.read_bytes()[:-1])
        again = folder.profile(lambda: memory)
        for _ in range(2):
            refused = refusal(again.open)
            assert refused.code == "file_damaged"
            assert "“book.sealed”" in refused.say
            assert again.state == "locked"
        assert again.set_aside() == "book.sealed.damaged-1"
        assert again.state == "open"
        assert copied(again.identity) == keys
        assert again.book == b""
        assert (folder.path / "book.sealed.damaged-1").exists()
        assert refusal(again.set_aside).code == "nothing_to_set_aside"
        once_more = folder.open(lambda: memory)
        assert copied(once_more.identity) == keys
        assert once_more.book == b""

    def test_a_lost_book_is_told_and_the_identity_stays(
        self, folder: Folder, memory: MemoryKeychain
    ) -> None:
        profile = folder.open(lambda: memory)
        identity = new_identity()
        keys = copied(identity)
        profile.create(identity, BOOK)
        profile.close()
        (folder.path / "book.sealed").unlink()
        again = folder.profile(lambda: memory)
        assert refusal(again.open).code == "file_lost"
        assert again.set_aside() == ""
        assert copied(again.identity) == keys
        assert folder.open(lambda: memory).book == b""

    def test_a_damaged_book_under_a_passphrase_too(self, folder: Folder) -> None:
        profile = folder.open(no_keychain)
        profile.choose(Secret(WORDS.encode()))
        identity = new_identity()
        keys = copied(identity)
        profile.create(identity, BOOK)
        (folder.path / "book.sealed").write_bytes(b"damaged")
        again = folder.open(no_keychain)
        assert refusal(again.unlock, Secret(WORDS.encode())).code == "file_damaged"
        assert again.state == "locked"
        assert again.set_aside() == "book.sealed.damaged-1"
        assert copied(again.identity) == keys

    @pytest.mark.parametrize(
        "record",
        [
            b"",
            b"{}",
            b"null",
            b'{"version":2,"store":"passphrase","entry":"keys.sealed","complete":true}',
            b'{"version":1,"store":"passphrase","entry":"keys.sealed","complete":true,"more":1}',
            b'{"version":1,"store":"passphrase","entry":"../keys.sealed","complete":true}',
            b'{"version":1,"store":"passphrase","entry":"keys.sealed","complete":true,"spares":[{}]}',
            b'{"version":1,"store":"os-keychain:Memory","entry":"","complete":true}',
            b'{"version":1,"store":"elsewhere","entry":"x","complete":true}',
            b'{"version":1,"store":"passphrase","entry":"keys.sealed","complete":1}',
            b"\xff" * 100,
            b"[" * 100_000,
        ],
    )
    def test_a_damaged_record_is_named_and_stays(
        self, folder: Folder, memory: MemoryKeychain, record: bytes
    ) -> None:
        folder.open(lambda: memory).create(new_identity(), BOOK)
        (folder.path / "key-store.json").write_bytes(record)
        refused = refusal(folder.profile(lambda: memory).open)
        assert refused.code == "profile_damaged"
        assert "“key-store.json”" in refused.say
        assert (folder.path / "key-store.json").read_bytes() == record
        assert len(memory.entries) == 1

    @pytest.mark.parametrize("left", ["book.sealed", "keys.sealed"])
    def test_a_missing_record_is_named_and_no_new_profile(
        self, folder: Folder, memory: MemoryKeychain, left: str
    ) -> None:
        folder.path.mkdir()
        (folder.path / left).write_bytes(b"sealed")
        refused = refusal(folder.profile(lambda: memory).open)
        assert refused.code == "profile_damaged"
        assert "missing" in refused.say

    @pytest.mark.parametrize("where", ["a file", "a file/below"])
    def test_a_folder_that_cannot_be_is_refused(self, tmp_path: Path, where: str) -> None:
        (tmp_path / "a file").touch()
        profile = Profile(tmp_path / where, MemoryKeychain)
        assert refusal(profile.open).code == "profile_unusable"


class TestACreationThatIsCutOff:
    """The power fails at every step: the next start finds a new profile or a whole one."""

    @pytest.mark.parametrize("with_keychain", [True, False])
    def test_at_any_step(self, tmp_path: Path, *, with_keychain: bool) -> None:
        whole = CrashDisk()
        make(tmp_path, MemoryKeychain() if with_keychain else None, whole)
        found = set()
        for step in range(whole.steps):
            memory = MemoryKeychain() if with_keychain else None
            cut = CrashDisk(fails_at=step)
            with pytest.raises(PowerFailure):
                make(tmp_path, memory, cut)
            entries = dict(memory.entries) if memory else {}
            for end in sampled(cut.after_failure()):
                if memory:
                    memory.entries = dict(entries)
                found.add(start_again(tmp_path, memory, end))
        assert found == {"new", "open" if with_keychain else "locked"}

    @pytest.mark.parametrize("with_keychain", [True, False])
    def test_and_again_at_any_step_of_the_next_start(
        self, tmp_path: Path, *, with_keychain: bool
    ) -> None:
        whole = CrashDisk()
        make(tmp_path, MemoryKeychain() if with_keychain else None, whole)
        cuts = 0
        for step in range(whole.steps):
            memory = MemoryKeychain() if with_keychain else None
            first = CrashDisk(fails_at=step)
            with pytest.raises(PowerFailure):
                make(tmp_path, memory, first)
            entries = dict(memory.entries) if memory else {}
            for again in count():
                second = first.after_failure()[0]
                second.fails_at = again
                if memory:
                    memory.entries = dict(entries)
                with ExitStack() as stack, suppress(PowerFailure):
                    opened(stack, tmp_path, memory, second)
                    break
                cuts += 1
                start_again(tmp_path, memory, second.after_failure()[-1])
        assert cuts > whole.steps / 2

    def test_a_disk_that_fails_is_told(self, folder: Folder) -> None:
        class Unreadable(Disk):
            def read(self, path: Path) -> bytes | None:
                raise OSError(path)

        profile = folder.open(no_keychain)
        profile.unlock(Secret(WORDS.encode()))
        profile.create(new_identity(), BOOK)
        again = folder.open(no_keychain)
        again._places._disk = Unreadable()
        assert refusal(again.unlock, Secret(WORDS.encode())).code == "profile_unusable"


def opened(stack: ExitStack, path: Path, memory: MemoryKeychain | None, disk: Disk) -> Profile:
    keychain = no_keychain if memory is None else lambda: memory
    profile = Profile(path, keychain, cost=CHEAP, disk=disk)
    stack.callback(profile.close)
    profile.open()
    return profile


def make(path: Path, memory: MemoryKeychain | None, disk: Disk) -> None:
    with ExitStack() as stack:
        profile = opened(stack, path, memory, disk)
        if memory is None:
            profile.unlock(Secret(WORDS.encode()))
        profile.create(new_identity(), BOOK)


def start_again(path: Path, memory: MemoryKeychain | None, disk: Disk) -> str:
    """Return the state that a start finds, when it is good for all that a profile is good for."""
    with ExitStack() as stack:
        profile = opened(stack, path, memory, disk)
        state = profile.state
        if memory is None:
            profile.unlock(Secret(WORDS.encode()))
        if state == "new":
            assert memory is None or memory.entries == {}
            assert disk.read(path / "keys.sealed") is None
            profile.create(new_identity(), BOOK)
        assert profile.state == "open"
        assert profile.book == BOOK
        return state


def sampled(ends: list[CrashDisk]) -> list[CrashDisk]:
    return ends[:40] + ends[40::97]


_RESTART = """
import sys
from pathlib import Path
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.vault.identity import Identity
from whisp_desktop.vault.profile import Profile

profile = Profile(Path(sys.argv[1]))
profile.open()
if profile.state == "new":
    profile.create(Identity(*(Secret(bytes([n] * 32)) for n in (1, 2, 3))), b"book")
print(profile.key_store, profile.identity.account_seed.data.hex(), profile.book.decode())
"""


def test_two_processes_with_the_keychain_that_keyring_finds(
    tmp_path: Path, secret_service: SecretService
) -> None:
    assert secret_service
    answers = [
        subprocess.run(
            [sys.executable, "-c", _RESTART, str(tmp_path / "profile")],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for _ in range(2)
    ]
    assert answers == [f"os-keychain:SecretService {'01' * 32} book\n"] * 2
