"""The two places where a profile's keys can be: an entry of the keychain, or a sealed file."""

from pathlib import Path
from typing import Protocol

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.vault.disk import Disk, erase_file, replace_file
from whisp_desktop.vault.identity import KeptKeys
from whisp_desktop.vault.keychain import Keychain
from whisp_desktop.vault.passphrase import Cost, open_sealed, seal


class KeyStore(Protocol):
    """Where the keys of one profile are, or are going to be."""

    def keep(self, keys: KeptKeys) -> None:
        """Keep the keys. RefusedError if that fails."""

    def read(self) -> KeptKeys:
        """Return what is kept. RefusedError if that fails."""

    def delete(self) -> None:
        """Destroy what is kept, if anything is. RefusedError if that fails."""


class KeychainEntry:
    """One entry of the operating system's keychain."""

    def __init__(self, keychain: Keychain, entry: str) -> None:
        self._keychain = keychain
        self._entry = entry

    def keep(self, keys: KeptKeys) -> None:
        """Write the entry. RefusedError `keychain_…`."""
        with keys.encode() as whole:
            self._keychain.write(self._entry, whole)

    def read(self) -> KeptKeys:
        """Read the entry. RefusedError `keychain_…`, `entry_lost`, `entry_damaged`."""
        name = self._keychain.name
        way_out = (
            "Put back a copy of the keychain. Or set this profile aside, and come back with your"
            " recovery sheet or another device."
        )
        try:
            whole = self._keychain.read(self._entry)
            if whole is not None:
                with whole:
                    return KeptKeys.decode(whole)
        except ValueError:
            say = f"Your keys in the keychain ({name}) are damaged. {way_out}"
            raise RefusedError("entry_damaged", say) from None
        raise RefusedError("entry_lost", f"The keychain ({name}) has lost your keys. {way_out}")

    def delete(self) -> None:
        """Delete the entry. RefusedError `keychain_…`."""
        self._keychain.delete(self._entry)


class PassphraseFile:
    """A file under a passphrase, which stays its caller's."""

    def __init__(self, path: Path, disk: Disk, passphrase: Secret, cost: Cost) -> None:
        self._path = path
        self._disk = disk
        self._passphrase = passphrase
        self._cost = cost

    def keep(self, keys: KeptKeys) -> None:
        """Write the file. RefusedError `not_saved`, `no_memory`."""
        with keys.encode() as whole:
            sealed = seal(self._passphrase, whole, self._cost)
        replace_file(self._disk, self._path, sealed)

    def read(self) -> KeptKeys:
        """Open the file. RefusedError `wrong_passphrase`, `keys_damaged`, `no_memory`."""
        try:
            with open_sealed(self._passphrase, self._disk.read(self._path) or b"") as whole:
                return KeptKeys.decode(whole)
        except ValueError:
            raise RefusedError(
                "keys_damaged",
                f"The file “{self._path.name}”, which holds your keys, is damaged or gone. Put back"
                " a copy of it. Or set this profile aside, and come back with your recovery sheet"
                " or another device.",
            ) from None

    def delete(self) -> None:
        """Overwrite the file and remove it. RefusedError `not_saved`."""
        erase_file(self._disk, self._path)
