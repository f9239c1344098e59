"""Where one profile's keys are: the record of it, and the stores that it names."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from threading import Lock

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.vault.disk import Disk, erase_file
from whisp_desktop.vault.identity import KeptKeys
from whisp_desktop.vault.key_store_record import (
    FILE_NAME,
    KEYS_FILES,
    OS_KEYCHAIN,
    PASSPHRASE,
    KeyStoreRecord,
    Place,
    damaged_record,
)
from whisp_desktop.vault.key_stores import KeychainEntry, KeyStore, PassphraseFile
from whisp_desktop.vault.keychain import Keychain
from whisp_desktop.vault.passphrase import Cost
from whisp_desktop.vault.patience import Patience, PatientKeychain

BOOK_FILE = "book.sealed"


class KeyPlaces:
    """`record` is None in a new profile."""

    def __init__(
        self,
        folder: Path,
        disk: Disk,
        find_keychain: Callable[[], Keychain],
        patience: Patience,
        cost: Cost,
    ) -> None:
        self._folder = folder
        self._disk = disk
        self._find_keychain = find_keychain
        self._patience = patience
        self._cost = cost
        self.moving = Lock()
        self.record: KeyStoreRecord | None = None

    # The record

    def look(self) -> None:
        """Read the record; what an unfinished making left is cleared away, unless it was used.

        RefusedError `profile_damaged`; OSError.
        """
        self.record = None
        record = KeyStoreRecord.read(self._folder, self._disk)
        has_book = self._disk.exists(self._folder / BOOK_FILE)
        if record is None:
            if has_book or any(self._disk.exists(self._folder / name) for name in KEYS_FILES):
                raise damaged_record("missing")
        elif record.complete:
            self.record = record
        elif has_book:
            self.write(record.completed())
        else:
            self._clear_away(record)

    def make(
        self, place: Place, keys: KeptKeys, passphrase: Secret | None, seal: Callable[[], None]
    ) -> None:
        """Keep a new profile's keys; `seal` writes the book. RefusedError: nothing was made."""
        record = KeyStoreRecord.of(place, complete=False)
        try:
            record.write(self._folder, self._disk)
            self.store(place, passphrase).keep(keys)
            seal()
            self.write(record.completed())
        except RefusedError:
            with suppress(RefusedError, OSError):
                self._clear_away(record)
            raise

    def _clear_away(self, unused: KeyStoreRecord) -> None:
        """Undo an unfinished making; an entry that cannot be deleted opens nothing."""
        self._disk.remove(self._folder / BOOK_FILE)
        self._disk.sync_folder(self._folder)
        with suppress(RefusedError):
            self._destroy(unused.place)
        self._disk.remove(self._folder / FILE_NAME)
        self._disk.sync_folder(self._folder)

    # The stores

    def find_keychain(self) -> Keychain:
        """Return the keychain of this computer, untried. RefusedError `keychain_…`."""
        found = self._patience.ask(self._find_keychain, "The keychain")
        return PatientKeychain(found, self._patience)

    def store(self, place: Place, passphrase: Secret | None = None) -> KeyStore:
        """Return the store at a place. RefusedError `keychain_…`, `other_keychain`."""
        if place.is_file:
            assert passphrase is not None
            path = self._folder / place.entry
            return PassphraseFile(path, self._disk, passphrase, self._cost)
        return KeychainEntry(self._keychain_of(place), place.entry)

    def new_place(self, keychain: Keychain | None) -> Place:
        """Return a place that is not in use: in this keychain, or a file."""
        if keychain is not None:
            return Place(OS_KEYCHAIN + keychain.name, token_hex(16))
        used = self.record.place.entry if self.record else ""
        return Place(PASSPHRASE, next(name for name in KEYS_FILES if name != used))

    def have_lost(self) -> bool:
        """Whether the keychain has certainly lost the keys. RefusedError if it cannot be asked."""
        if self.record is None or self.record.place.is_file:
            return False
        place = self.record.place
        return self._keychain_of(place).has_lost(place.entry)

    def _keychain_of(self, place: Place) -> Keychain:
        try:
            keychain = self.find_keychain()
        except RefusedError as refusal:
            say = f"Your keys are in {place.which}. {refusal.say}"
            raise RefusedError(refusal.code, say) from None
        if keychain.name != place.which:
            say = (
                f"Your keys are in {place.which}, but {keychain.name} answers here. Go back to"
                f" {place.which}. Or set this profile aside, and come back with your recovery"
                " sheet or another device."
            )
            raise RefusedError("other_keychain", say)
        return keychain

    # Spare places

    def write(self, record: KeyStoreRecord) -> None:
        """Keep this record from now on. RefusedError `not_saved`."""
        record.write(self._folder, self._disk)
        self.record = record

    def tidy(self) -> None:
        """Destroy what lies in spare places; one that refuses is tried again another time."""
        if self.record is None or not self.record.spares:
            return
        with suppress(RefusedError):
            self.write(self.record)  # a disk that failed may hold another one
            left = tuple(each for each in self.record.spares if not self._destroyed(each))
            self.write(self.record.with_spares(*left))

    def destroy(self) -> None:
        """Erase the book, then the keys and the record, as far as keychain and disk allow."""
        places = (self.record.place, *self.record.spares) if self.record else ()
        self.record = None
        self._erased(BOOK_FILE)
        for place in places:
            self._destroyed(place)
        self._erased(FILE_NAME)

    def _erased(self, name: str) -> None:
        with suppress(RefusedError):
            erase_file(self._disk, self._folder / name)

    def _destroyed(self, place: Place) -> bool:
        try:
            self._destroy(place)
        except RefusedError:
            return False
        return True

    def _destroy(self, place: Place) -> None:
        if place.is_file:
            erase_file(self._disk, self._folder / place.entry)
        else:
            self._keychain_of(place).delete(place.entry)
