"""`key-store.json`: which key store this profile was made with. It tells nothing else."""

from pathlib import Path
from typing import Literal, Self

import msgspec

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.vault.disk import Disk, replace_file

FILE_NAME = "key-store.json"
PASSPHRASE = "passphrase"  # noqa: S105 -- the name of a kind of store
OS_KEYCHAIN = "os-keychain:"


class KeyStoreRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`store` is `passphrase` or `os-keychain:<which>`; `entry` is a random name, or empty.

    `complete` is false while the profile is being made: what such a one holds was never used.
    """

    version: Literal[1]
    store: str
    entry: str
    complete: bool

    @classmethod
    def read(cls, folder: Path, disk: Disk) -> Self | None:
        """Return the folder's record, None if there is none. RefusedError `profile_damaged`."""
        whole = disk.read(folder / FILE_NAME)
        if whole is None:
            return None
        try:
            record = msgspec.json.decode(whole, type=cls)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            record = None
        if record is None or not (
            record.store == PASSPHRASE or (record.entry and record.store.startswith(OS_KEYCHAIN))
        ):
            say = f"The file “{FILE_NAME}” of this profile is damaged. Put back a copy of it."
            raise RefusedError("profile_damaged", say)
        return record

    def write(self, folder: Path, disk: Disk) -> None:
        """Keep it in the folder. RefusedError `not_saved`."""
        replace_file(disk, folder / FILE_NAME, msgspec.json.encode(self))

    def completed(self) -> Self:
        """Return the record of the same profile, made."""
        return msgspec.structs.replace(self, complete=True)
