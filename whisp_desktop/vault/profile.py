"""One profile: a private folder, the key store that opens it, and the sealed book within.

    key-store.json   which key store: no secret, no name
    keys.sealed      the keys under a passphrase, where no keychain keeps them
    book.sealed      contacts and settings, under a key that the key store holds
    lock             held while a process uses the folder

A folder without these is a new profile. What is there is never made anew: only a profile whose
making was cut off, and which nobody has used, is cleared away.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from secrets import token_bytes, token_hex

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.vault.disk import Disk
from whisp_desktop.vault.folder_lock import FolderLock
from whisp_desktop.vault.identity import Identity, KeptKeys
from whisp_desktop.vault.key_store_record import FILE_NAME, OS_KEYCHAIN, PASSPHRASE, KeyStoreRecord
from whisp_desktop.vault.key_stores import KeychainEntry, KeyStore, PassphraseFile
from whisp_desktop.vault.keychain import Keychain, check, find_keychain
from whisp_desktop.vault.passphrase import Cost, check_passphrase
from whisp_desktop.vault.sealed_file import SealedFile

KEYS_FILE = "keys.sealed"
BOOK_FILE = "book.sealed"


class ProfileState(StrEnum):
    """Whether there are keys, and whether they are at hand."""

    NEW = "new"
    LOCKED = "locked"
    OPEN = "open"


class Profile:
    """One folder. `open` comes first, then what its state allows; every call may block."""

    def __init__(
        self,
        folder: Path,
        keychain: Callable[[], Keychain] = find_keychain,
        *,
        cost: Cost | None = None,
        disk: Disk | None = None,
    ) -> None:
        self._folder = folder
        self._find_keychain = keychain
        self._cost = cost or Cost()
        self._disk = disk or Disk()
        self._lock: FolderLock | None = None
        self._record: KeyStoreRecord | None = None
        self._keychain: Keychain | None = None
        self._no_keychain: RefusedError | None = None
        self._passphrase: Secret | None = None
        self._keys: KeptKeys | None = None
        self._book = b""

    @property
    def state(self) -> ProfileState:
        """`new` until `create`; `locked` while a key store keeps its keys back; else `open`."""
        if self._keys is not None:
            return ProfileState.OPEN
        is_new = self._lock is not None and self._record is None
        return ProfileState.NEW if is_new else ProfileState.LOCKED

    @property
    def key_store(self) -> str:
        """`os-keychain:<which>` or `passphrase`; of a new profile, the one it is going to have."""
        if self._record is not None:
            return self._record.store
        return PASSPHRASE if self._keychain is None else OS_KEYCHAIN + self._keychain.name

    @property
    def no_keychain(self) -> RefusedError | None:
        """Why a new profile has to do without a keychain; None where one answers."""
        return self._no_keychain

    @property
    def identity(self) -> Identity:
        """The private keys, while the profile is open. ValueError otherwise."""
        return self._open_keys.identity

    @property
    def book(self) -> bytes:
        """What was saved last; empty if the file was lost or set aside."""
        return self._book

    def open(self) -> None:
        """Take the folder, see what is there, and open it where a keychain holds the keys.

        RefusedError, after which it may be tried again: `profile_in_use`, `profile_damaged`,
        `profile_unusable`, `keychain_…`, `other_keychain`, `entry_lost`, `entry_damaged`,
        `file_damaged`.
        """
        try:
            with _usable_folder():
                self._disk.make_private_folder(self._folder)
                self._lock = FolderLock.take(self._folder)
                self._record = self._made_record()
                if self._record is None:
                    self._try_keychain()
                elif self._record.store != PASSPHRASE:
                    keychain = self._recorded_keychain(self._record)
                    self._use(KeychainEntry(keychain, self._record.entry).read())
        except RefusedError:
            self.close()
            raise

    def unlock(self, passphrase: Secret) -> None:
        """Open what the passphrase keeps; on a new profile without keychain, choose it.

        The passphrase (UTF-8) stays its caller's. RefusedError `wrong_passphrase`,
        `passphrase_bad`, `passphrase_chosen` (another one), `passphrase_not_needed`,
        `keys_damaged`, `file_damaged`, `no_memory`, `profile_unusable`.
        """
        if self.state is ProfileState.NEW and self._keychain is None:
            self._choose(passphrase)
        elif self.state is ProfileState.LOCKED and self.key_store == PASSPHRASE:
            with _usable_folder():
                self._use(self._passphrase_file(passphrase).read())
        else:
            raise _not_needed()

    def choose(self, passphrase: Secret) -> None:
        """Let this passphrase open the profile from now on, whatever was chosen before.

        RefusedError `passphrase_bad`, `passphrase_not_needed`, `no_memory`, `not_saved`.
        """
        if self.key_store != PASSPHRASE or self.state is ProfileState.LOCKED:
            raise _not_needed()
        check_passphrase(passphrase)
        if self._keys is not None:
            self._passphrase_file(passphrase).keep(self._keys)
        else:
            self._forget_passphrase()
            self._passphrase = Secret(passphrase.data)

    def check_ready(self) -> None:
        """Refuse as `create` would: `profile_exists`, `passphrase_needed`."""
        if self.state is not ProfileState.NEW:
            say = "This profile has keys already. Choose another folder for a new account."
            raise RefusedError("profile_exists", say)
        self._new_store("")

    def create(self, identity: Identity, book: bytes) -> None:
        """Keep a new identity, which the profile owns from now on, and the first book.

        RefusedError `profile_exists`, `passphrase_needed`, `keychain_…`, `not_saved`; the profile
        is then as it was, and so is the identity.
        """
        self.check_ready()
        record = KeyStoreRecord(1, self.key_store, token_hex(16), complete=False)
        store = self._new_store(record.entry)
        keys = KeptKeys(identity, Secret(token_bytes(32)))
        try:
            record.write(self._folder, self._disk)
            store.keep(keys)
            self._book_file(keys).write(book)
            record = record.completed()
            record.write(self._folder, self._disk)
        except RefusedError:
            keys.file_key.close()
            with suppress(RefusedError, OSError):
                self._clear_away(record)
            raise
        self._record, self._keys, self._book = record, keys, book
        self._forget_passphrase()

    def save_book(self, book: bytes) -> None:
        """Replace the book. RefusedError `not_saved`: the old one is still there."""
        self._book_file(self._open_keys).write(book)
        self._book = book

    def destroy(self) -> None:
        """Wipe the keys and remove everything of this profile: it is a new one then.

        What a keychain or the disk refuses to forget opens nothing: the other half is gone.
        """
        record, self._record = self._record, None
        self._forget_passphrase()
        if self._keys is not None:
            self._keys.close()
            self._keys = None
        self._book = b""
        if record is not None:
            with suppress(OSError):
                self._clear_away(record)
        self._try_keychain()

    def close(self) -> None:
        """Wipe the keys and let another process have the folder; closing twice does nothing."""
        self._forget_passphrase()
        if self._keys is not None:
            self._keys.close()
            self._keys = None
        self._book = b""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    # A folder's record

    def _made_record(self) -> KeyStoreRecord | None:
        record = KeyStoreRecord.read(self._folder, self._disk)
        has_book = self._disk.exists(self._folder / BOOK_FILE)
        if record is None:
            if has_book or self._disk.exists(self._folder / KEYS_FILE):
                say = f"The file “{FILE_NAME}” of this profile is missing. Put back a copy of it."
                raise RefusedError("profile_damaged", say)
            return None
        if not record.complete:
            if not has_book:
                self._clear_away(record)
                return None
            record = record.completed()
            record.write(self._folder, self._disk)
        return record

    def _clear_away(self, unused: KeyStoreRecord) -> None:
        """Undo what an interrupted `create` left; an entry that cannot be deleted opens nothing."""
        if unused.store != PASSPHRASE:
            with suppress(RefusedError):
                self._recorded_keychain(unused).delete(unused.entry)
        for names in ((BOOK_FILE, KEYS_FILE), (FILE_NAME,)):
            for name in names:
                self._disk.remove(self._folder / name)
            self._disk.sync_folder(self._folder)

    # Key stores

    def _try_keychain(self) -> None:
        self._keychain = self._no_keychain = None
        try:
            keychain = self._find_keychain()
            check(keychain)
            self._keychain = keychain
        except RefusedError as refusal:
            self._no_keychain = refusal

    def _recorded_keychain(self, record: KeyStoreRecord) -> Keychain:
        which = record.store.removeprefix(OS_KEYCHAIN)
        try:
            keychain = self._find_keychain()
        except RefusedError as refusal:
            say = f"Your keys are in {which}. {refusal.say}"
            raise RefusedError(refusal.code, say) from None
        if keychain.name != which:
            say = f"Your keys are in {which}, but {keychain.name} answers here. Go back to {which}."
            raise RefusedError("other_keychain", say)
        return keychain

    def _new_store(self, entry: str) -> KeyStore:
        if self._keychain is not None:
            return KeychainEntry(self._keychain, entry)
        if self._passphrase is not None:
            return self._passphrase_file(self._passphrase)
        reason = f"{self._no_keychain.say} " if self._no_keychain else ""
        say = f"{reason}To go on without, choose a passphrase for this profile."
        raise RefusedError("passphrase_needed", say)

    def _passphrase_file(self, passphrase: Secret) -> PassphraseFile:
        return PassphraseFile(self._folder / KEYS_FILE, self._disk, passphrase, self._cost)

    def _choose(self, passphrase: Secret) -> None:
        """Take a new profile's passphrase; another one later would replace it unnoticed."""
        check_passphrase(passphrase)
        if self._passphrase is None:
            self._passphrase = Secret(passphrase.data)
        elif self._passphrase != passphrase:
            raise RefusedError(
                "passphrase_chosen",
                "A passphrase is chosen already. Type that one, or start Whisp again.",
            )

    def _forget_passphrase(self) -> None:
        if self._passphrase is not None:
            self._passphrase.close()
            self._passphrase = None

    # What they open

    @property
    def _open_keys(self) -> KeptKeys:
        if self._keys is None:
            raise ValueError("the profile is not open")
        return self._keys

    def _book_file(self, keys: KeptKeys) -> SealedFile:
        return SealedFile(self._folder / BOOK_FILE, keys.file_key, self._disk)

    def _use(self, keys: KeptKeys) -> None:
        try:
            self._book = self._book_file(keys).read() or b""
        except RefusedError:
            keys.close()
            raise
        self._keys = keys


def _not_needed() -> RefusedError:
    return RefusedError("passphrase_not_needed", "No passphrase is asked for here.")


@contextmanager
def _usable_folder() -> Iterator[None]:
    try:
        yield
    except OSError:
        raise RefusedError(
            "profile_unusable",
            "Whisp cannot use its profile folder. Allow it to, or choose another folder.",
        ) from None
