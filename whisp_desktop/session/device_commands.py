"""What a front end can ask of the core about one's keys and one's devices."""

from dataclasses import dataclass

from whisp_desktop.protocol.keys import Secret
from whisp_desktop.session.answers import (
    Account,
    DeviceEntry,
    RecoverySheet,
    ShownCode,
    ShownToken,
)
from whisp_desktop.session.commands import Command

# Adding a device: the old one's side, then the new one's. What becomes of it are `Enrolling` events


@dataclass(frozen=True, slots=True)
class ShowToken(Command[ShownToken]):
    """Begin to add a device by QR code; a new token takes the place of the former."""

    hand_over_account_key: bool = False
    may_revoke: bool = True


@dataclass(frozen=True, slots=True)
class MakeCode(Command[ShownCode]):
    """Begin to add a device that is somewhere else, by a code that is read out."""

    hand_over_account_key: bool = False
    may_revoke: bool = True


@dataclass(frozen=True, slots=True)
class ConfirmDigits(Command[None]):
    """The six digits that the new device shows; one try. RefusedError `wrong_digits`."""

    digits: str


@dataclass(frozen=True, slots=True)
class ScanToken(Command[None]):
    """Become another device of the account whose token was scanned; a new profile only.

    `server`: a URL or a host, where the token names none.
    """

    qr: str
    server: str = ""


@dataclass(frozen=True, slots=True)
class EnterCode(Command[None]):
    """Become another device of an account, by its code (blanks do not count)."""

    server: str
    code: str


@dataclass(frozen=True, slots=True)
class StopEnrolling(Command[None]):
    """Burn the token or the code that is shown, or stop becoming another device."""


# The devices that there are


@dataclass(frozen=True, slots=True)
class GetDevices(Command[tuple[DeviceEntry, ...]]):
    """This device first, then the others, revoked ones last."""


@dataclass(frozen=True, slots=True)
class RenameDevice(Command[None]):
    """Call a device by another name, here alone."""

    device_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Revoke(Command[None]):
    """Declare that a device is not one's own any more: `lost`, `stolen` or `retired`.

    One that holds the account key, and is not only retired, ends the account.
    """

    device_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class ShareContacts(Command[None]):
    """Say yes or no to give contacts to, and take them from, another device of one's own."""

    device_id: str
    agreed: bool


@dataclass(frozen=True, slots=True)
class DeleteAccount(Command[None]):
    """End the account for everybody, and destroy its keys here."""


# The keys


@dataclass(frozen=True, slots=True)
class MakeRecoverySheet(Command[RecoverySheet]):
    """Seal the account key for paper; nothing of it is kept."""

    passphrase: Secret


@dataclass(frozen=True, slots=True)
class Recover(Command[Account]):
    """Come back with a recovery sheet, its QR text or its characters; a new profile only."""

    text: str
    passphrase: Secret
    server: str


@dataclass(frozen=True, slots=True)
class ChangePassphrase(Command[None]):
    """Let another passphrase open the profile. RefusedError `wrong_passphrase`."""

    old: Secret
    new: Secret


@dataclass(frozen=True, slots=True)
class MoveKeys(Command[str]):
    """Keep the keys in the `keychain`, or under a `passphrase`, which is then given.

    The answer is the key store that is in use now.
    """

    to: str
    passphrase: Secret | None = None


@dataclass(frozen=True, slots=True)
class SetAside(Command[str]):
    """Put a damaged book, or a profile that cannot be opened, out of the way.

    The answer is what it is called now, within the profile's folder; empty if there was no book.
    """
