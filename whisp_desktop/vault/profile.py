"""One profile: a private folder, the key store that opens it, and the sealed book within.

    key-store.json                which key store: no secret, no name
    keys.sealed or keys-2.sealed  the keys under a passphrase, where no keychain keeps them
    book.sealed                   contacts and settings, under a key that the key store holds
    lock                          held while a process uses the folder
    set-aside-1                   a profile that could not be opened, put aside by its owner

A folder without these is a new profile. What is there is never made anew: only a profile whose
making was cut off, and which nobody has used, is cleared away.
"""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from secrets import token_bytes

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.vault.disk import Disk, usable_folder
from whisp_desktop.vault.folder_lock import FolderLock
from whisp_desktop.vault.identity import Identity, KeptKeys
from whisp_desktop.vault.key_moves import KeyMoves, not_needed
from whisp_desktop.vault.key_places import BOOK_FILE, KeyPlaces
from whisp_desktop.vault.key_store_record import OS_KEYCHAIN, PASSPHRASE
from whisp_desktop.vault.keychain import Keychain, check, find_keychain
from whisp_desktop.vault.passphrase import Cost, check_passphrase
from whisp_desktop.vault.patience import Patience
from whisp_desktop.vault.sealed_file import SealedFile
from whisp_desktop.vault.set_aside import set_profile_aside

_CAN_BE_SET_ASIDE = frozenset(
    (
        "profile_damaged",
        "other_keychain",
        "entry_lost",
        "entry_damaged",
        "file_damaged",
        "file_lost",
    )
)
"""After any other refusal to open, trying again is the way out, and the folder is let go."""


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
        patience: Patience | None = None,
    ) -> None:
        self._folder = folder
        self._disk = disk or Disk()
        self._patience = patience or Patience()
        self._places = KeyPlaces(folder, self._disk, keychain, self._patience, cost or Cost())
        self._lock: FolderLock | None = None
        self._in_trouble = False
        self._keychain: Keychain | None = None
        self._no_keychain: RefusedError | None = None
        self._passphrase: Secret | None = None
        self._keys: KeptKeys | None = None
        self._keys_without_book: KeptKeys | None = None
        self._book = b""

    @property
    def state(self) -> ProfileState:
        """`new` until `create`; `locked` while its keys are not at hand; else `open`."""
        if self._keys is not None:
            return ProfileState.OPEN
        is_new = self._lock is not None and self._places.record is None and not self._in_trouble
        return ProfileState.NEW if is_new else ProfileState.LOCKED

    @property
    def can_be_set_aside(self) -> bool:
        """Whether `set_aside` is a way out: the folder is ours, and its keys are not at hand."""
        return self._lock is not None and self.state is ProfileState.LOCKED

    @property
    def key_store(self) -> str:
        """`os-keychain:<which>` or `passphrase`; of a new profile, the one it is going to have."""
        if self._places.record is not None:
            return self._places.record.store
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
    def moves(self) -> KeyMoves:
        """What can be done about the place of the keys. ValueError unless the profile is open."""
        return KeyMoves(self._places, self._open_keys)

    @property
    def book(self) -> bytes:
        """What was saved last; empty if the file was set aside."""
        return self._book

    def open(self) -> None:
        """Take the folder, see what is there, and open it where a keychain holds the keys.

        RefusedError, after which it may be tried again: `profile_in_use`, `profile_damaged`,
        `profile_unusable`, `keychain_…`, `other_keychain`, `entry_lost`, `entry_damaged`,
        `file_damaged`, `file_lost`.
        """
        self._in_trouble = False
        try:
            with usable_folder():
                self._disk.make_private_folder(self._folder)
                self._lock = self._lock or FolderLock.take(self._folder)
                self._places.look()
                if self._places.record is None:
                    self._try_keychain()
                elif not self._places.record.place.is_file:
                    self._use(self._places.store(self._places.record.place).read())
        except RefusedError as refusal:
            self._in_trouble = True
            if refusal.code not in _CAN_BE_SET_ASIDE:
                self.close()
            raise

    def stop_waiting(self) -> None:
        """Wait for no keychain any more, now and later: whoever waits is refused. Never blocks."""
        self._patience.stop()

    def unlock(self, passphrase: Secret) -> None:
        """Open what the passphrase keeps; on a new profile without keychain, choose it.

        The passphrase (UTF-8) stays its caller's. RefusedError `wrong_passphrase`,
        `passphrase_bad`, `passphrase_chosen` (another one), `passphrase_not_needed`,
        `keys_damaged`, `file_damaged`, `file_lost`, `no_memory`, `profile_unusable`.
        """
        record = self._places.record
        if self.state is ProfileState.NEW and self._keychain is None:
            self._choose(passphrase)
        elif self.state is ProfileState.LOCKED and record is not None and record.place.is_file:
            with usable_folder():
                self._use(self._places.store(record.place, passphrase).read())
        else:
            raise not_needed()

    def set_aside(self) -> str:
        """Put what keeps the profile from opening out of the way; return what it is called now.

        A damaged or lost book: the profile is open then, with an empty one (and there may be no
        name to return). Anything else: the whole profile, and this is a new one then. RefusedError
        `nothing_to_set_aside`, `profile_unusable`, `not_saved`.
        """
        if not self.can_be_set_aside:
            raise RefusedError("nothing_to_set_aside", "There is nothing here to set aside.")
        with usable_folder():
            if self._keys_without_book is not None:
                name = self._book_file(self._keys_without_book).set_aside()
                self._book_file(self._keys_without_book).write(b"")
                self._keys, self._keys_without_book = self._keys_without_book, None
            else:
                name = set_profile_aside(self._folder, self._disk)
                self._places.record = None
                self._try_keychain()
        self._in_trouble = False
        return name

    def choose(self, passphrase: Secret) -> None:
        """Let this passphrase open the profile from now on, whatever was chosen before.

        RefusedError `passphrase_bad`, `passphrase_not_needed`, `no_memory`, `not_saved`.
        """
        if self.key_store != PASSPHRASE or self.state is ProfileState.LOCKED:
            raise not_needed()
        check_passphrase(passphrase)
        if self._keys is not None:
            self.moves.replace_passphrase(passphrase)
        else:
            self._forget_passphrase()
            self._passphrase = Secret(passphrase.data)

    def check_ready(self) -> None:
        """Refuse as `create` would: `profile_exists`, `passphrase_needed`."""
        if self.state is not ProfileState.NEW:
            say = "This profile has keys already. Choose another folder for a new account."
            raise RefusedError("profile_exists", say)
        if self._keychain is None and self._passphrase is None:
            reason = f"{self._no_keychain.say} " if self._no_keychain else ""
            say = f"{reason}To go on without, choose a passphrase for this profile."
            raise RefusedError("passphrase_needed", say)

    def create(self, identity: Identity, book: bytes) -> None:
        """Keep a new identity, which the profile owns from now on, and the first book.

        RefusedError `profile_exists`, `passphrase_needed`, `keychain_…`, `not_saved`; the profile
        is then as it was, and so is the identity.
        """
        self.check_ready()
        keys = KeptKeys(identity, Secret(token_bytes(32)))
        place = self._places.new_place(self._keychain)
        try:
            self._places.make(
                place, keys, self._passphrase, lambda: self._book_file(keys).write(book)
            )
        except RefusedError:
            keys.file_key.close()
            raise
        self._keys, self._book = keys, book
        self._forget_passphrase()

    def save_book(self, book: bytes) -> None:
        """Replace the book. RefusedError `not_saved`: the old one is still there."""
        self._book_file(self._open_keys).write(book)
        self._book = book

    def destroy(self) -> None:
        """Wipe the keys and remove everything of this profile: it is a new one then.

        What a keychain or the disk refuses to forget opens nothing: the other half is gone.
        """
        self._forget_passphrase()
        if self._keys is not None:
            self._keys.close()
            self._keys = None
        self._book = b""
        self._places.destroy()
        self._try_keychain()

    def close(self) -> None:
        """Wipe the keys and let another process have the folder; closing twice does nothing."""
        self._forget_passphrase()
        for keys in (self._keys, self._keys_without_book):
            if keys is not None:
                keys.close()
        self._keys = self._keys_without_book = None
        self._book = b""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    # How it begins

    def _try_keychain(self) -> None:
        self._keychain = self._no_keychain = None
        try:
            keychain = self._places.find_keychain()
            check(keychain)
            self._keychain = keychain
        except RefusedError as refusal:
            self._no_keychain = refusal

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
            self._book = self._book_file(keys).read()
        except RefusedError:
            self._keys_without_book = keys
            raise
        self._keys = keys
