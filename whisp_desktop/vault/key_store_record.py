"""`key-store.json`: where this profile's keys are. It tells nothing else."""

from pathlib import Path
from typing import Literal, Self

import msgspec

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.vault.disk import Disk, replace_file

FILE_NAME = "key-store.json"
PASSPHRASE = "passphrase"  # noqa: S105 -- the name of a kind of store
OS_KEYCHAIN = "os-keychain:"
KEYS_FILES = ("keys.sealed", "keys-2.sealed")
"""A new passphrase has the other file, so that the former one is there until it was read back."""


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`store` is `passphrase` or `os-keychain:<which>`; `entry` a file's name or an entry's."""

    store: str
    entry: str

    @property
    def is_file(self) -> bool:
        """Whether this is a file under a passphrase."""
        return self.store == PASSPHRASE

    @property
    def which(self) -> str:
        """The keychain's name."""
        return self.store.removeprefix(OS_KEYCHAIN)

    @property
    def is_known(self) -> bool:
        """Whether this names a place that there can be."""
        if self.is_file:
            return self.entry in KEYS_FILES
        return bool(self.entry) and self.store.startswith(OS_KEYCHAIN)


class KeyStoreRecord(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True
):
    """The place of the keys, and spare ones: what they may hold is needed no more, or not yet.

    `complete` is false while the profile is being made: what such a one holds was never used.
    """

    version: Literal[1]
    store: str
    entry: str
    complete: bool
    spares: tuple[Place, ...] = ()

    @classmethod
    def of(cls, place: Place, *, complete: bool, spares: tuple[Place, ...] = ()) -> Self:
        """Return the record of keys in this place."""
        return cls(
            version=1, store=place.store, entry=place.entry, complete=complete, spares=spares
        )

    @property
    def place(self) -> Place:
        """Where the keys are."""
        return Place(self.store, self.entry)

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
        if record is None or not all(each.is_known for each in (record.place, *record.spares)):
            raise damaged_record("damaged")
        return record

    def write(self, folder: Path, disk: Disk) -> None:
        """Keep it in the folder. RefusedError `not_saved`."""
        replace_file(disk, folder / FILE_NAME, msgspec.json.encode(self))

    def completed(self) -> Self:
        """Return the record of the same profile, made."""
        return msgspec.structs.replace(self, complete=True)

    def with_spares(self, *spares: Place) -> Self:
        """Return the record of the same keys with these spare places."""
        return msgspec.structs.replace(self, spares=spares)


def damaged_record(how: str) -> RefusedError:
    """Return what is said of a record that is `damaged` or `missing`."""
    return RefusedError(
        "profile_damaged",
        f"The file “{FILE_NAME}” of this profile is {how}. Put back a copy of it. Or set this"
        " profile aside, and come back with your recovery sheet or another device.",
    )
