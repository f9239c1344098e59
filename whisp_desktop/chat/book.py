"""Everything that outlives a conversation, as the vault seals it: account, settings, contacts.

MessagePack, strict: of another shape than this version's, it is refused as a whole.
"""

from typing import Annotated, Final, Literal

import msgspec

from whisp_desktop.chat.contacts import Contact, ContactBook
from whisp_desktop.chat.pair_keys import PairKeys
from whisp_desktop.chat.presence import Discovery, Presence, VisibleTo
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import DeviceId, Secret

VERSION: Final = 1
SECRET_BYTES = 32


class OwnAccount(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The public half of one's own account: no key that must be kept from anybody.

    `servers` are URLs or hosts as the person gave them; `cert`, `card` and `manifest` are whole
    statements, `revocations` all of this account, each after its signer's certificate;
    `registered`: a server has taken them.
    """

    username: str
    servers: tuple[str, ...]
    cert: bytes
    card: bytes
    manifest: bytes
    registered: bool
    revocations: bytes = b""


class OwnDevice(msgspec.Struct, forbid_unknown_fields=True):
    """Another device of this account, revoked ones too: its newest certificate, how to find it.

    `cert` is empty until the two have met, or another device has passed it on. `added` is the
    UTC day, in Unix seconds, on which this device heard of it; `met`: somebody was asked
    whether to share contacts with it, and `shares` is the answer.
    """

    cert: bytes
    added: int
    met: bool = False
    shares: bool = False
    pair_keys: PairKeys = msgspec.field(default_factory=PairKeys)


class Settings(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What one chose; marks are shown only where both sides switched them on."""

    typing_marks: bool = False
    seen_marks: bool = True
    presence: Presence = Presence.ONLINE
    visible_to: VisibleTo = VisibleTo.EVERYONE
    discovery: Discovery = Discovery.DEFAULT


class _Written(msgspec.Struct, forbid_unknown_fields=True):
    version: Literal[1]
    account: OwnAccount | None
    settings: Settings
    contacts: list[Contact]
    devices: dict[DeviceId, OwnDevice] = msgspec.field(default_factory=dict)
    device_names: dict[DeviceId, str] = msgspec.field(default_factory=dict)
    told_server: bytes = b""


class _Version(msgspec.Struct):
    version: Annotated[int, msgspec.Meta(ge=1)]


class Book:
    """The account that one has (None before there is one), one's settings and contacts.

    devices -- the other devices of the account; device_names -- what they, and this one, are
    called on this computer; told_server -- the account's revocations that the server was brought
    """

    def __init__(
        self,
        account: OwnAccount | None = None,
        settings: Settings | None = None,
        contacts: ContactBook | None = None,
        devices: dict[DeviceId, OwnDevice] | None = None,
        device_names: dict[DeviceId, str] | None = None,
        told_server: bytes = b"",
    ) -> None:
        self.account = account
        self.settings = Settings() if settings is None else settings
        self.contacts = ContactBook([]) if contacts is None else contacts
        self.devices = devices or {}
        self.device_names = device_names or {}
        self.told_server = told_server

    def encode(self) -> bytes:
        """Return the bytes that the vault seals."""
        written = _Written(
            VERSION,
            self.account,
            self.settings,
            list(self.contacts),
            self.devices,
            self.device_names,
            self.told_server,
        )
        return msgspec.msgpack.encode(written, enc_hook=_write_secret)

    @classmethod
    def decode(cls, data: bytes) -> "Book":
        """Read what `encode` wrote. RefusedError `contacts_damaged`, `contacts_newer`."""
        try:
            if msgspec.msgpack.decode(data, type=_Version).version > VERSION:
                raise RefusedError(
                    "contacts_newer",
                    "A newer Whisp wrote these contacts. Install that version, or a newer one.",
                )
            written = msgspec.msgpack.decode(data, type=_Written, dec_hook=_read_secret)
            contacts = ContactBook(written.contacts)
            return cls(
                written.account,
                written.settings,
                contacts,
                written.devices,
                written.device_names,
                written.told_server,
            )
        except (ValueError, RecursionError):
            raise RefusedError(
                "contacts_damaged",
                "The contact book cannot be read. Put back a copy of it and start Whisp again.",
            ) from None

    def close(self) -> None:
        """Wipe the keys that are shared with contacts and own devices."""
        self.contacts.close()
        for device in self.devices.values():
            device.pair_keys.close()


def _write_secret(secret: Secret) -> bytearray:
    return secret.data


def _read_secret(_kind: type, data: object) -> Secret:
    if not isinstance(data, bytes) or len(data) != SECRET_BYTES:
        raise ValueError("a key has another form")
    return Secret(data)
