"""What the core answers: one frozen class a kind of answer."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Account:
    """Who one is: `key_store` is `os-keychain:<which>` or `passphrase`."""

    name: str
    account_key: str
    device_id: str
    key_store: str


@dataclass(frozen=True, slots=True)
class Status:
    """What `whisp headless` and the window's foot tell of this client.

    `profile` is `new` (no account yet), `locked` (a vault waits for its passphrase) or `open`;
    `account` is None unless it is `open`. `key_store` is the one in use, or that a new profile is
    going to have; `keychain_refused` says why that is no keychain. Shields are `enforced`,
    `best-effort` or `absent`.
    """

    profile: str
    account: Account | None
    key_store: str
    keychain_refused: str
    presence: str
    discovery: str
    route: str
    server_url: str
    server_connected: bool
    sessions: tuple[str, ...]
    capture: str
    lock: str
    hotkey: str


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a look-up; if nobody is reachable, everything but `name` is empty.

    `shows_address`: there is no relay, so asking a stranger shows one's network address.
    """

    name: str
    reachable: bool
    account_key: str = ""
    safety_number: str = ""
    verified: bool = False
    devices: int = 0
    shows_address: bool = True


@dataclass(frozen=True, slots=True)
class ContactEntry:
    """A line of the contact list; `online` is `online`, `away` or `offline`.

    `key_changed`: another key answered under this name, and was not looked at yet.
    """

    name: str
    petname: str
    account_key: str
    verified: bool
    blocked: bool
    online: str
    key_changed: bool = False


@dataclass(frozen=True, slots=True)
class Safety:
    """How to compare a contact's key: 60 digits, or `qr`, one's own card for them to scan."""

    safety_number: str
    qr: str
    verified: bool


@dataclass(frozen=True, slots=True)
class CardFound:
    """What a card or an invite link says, verified and not yet believed.

    `pins`: for each host, whether the link pins its key. `known` is the petname of the contact
    who has this account key, or empty; `namesake` that of one who has the username, but another
    key.
    """

    name: str
    hosts: tuple[str, ...]
    account_key: str
    safety_number: str
    pins: tuple[bool, ...]
    known: str = ""
    namesake: str = ""


@dataclass(frozen=True, slots=True)
class OwnCard:
    """One's own card: the text of its QR code, and the invite link."""

    qr: str
    link: str


@dataclass(frozen=True, slots=True)
class ChangedKey:
    """Somebody answers under a contact's name with another account key.

    The numbers are the one that was known and the one now, 60 digits each.
    """

    name: str
    verified: bool
    known_number: str
    number_now: str


@dataclass(frozen=True, slots=True)
class DeviceEntry:
    """A device of one's own account; `name` is local to this computer.

    Times are Unix seconds; `added` is the day on which this device heard of it. `revoked` is
    empty, `lost`, `stolen` or `retired`.
    """

    device_id: str
    name: str
    this: bool
    added: int
    issued: int
    expires: int
    may_revoke: bool
    holds_account_key: bool
    revoked: str = ""


@dataclass(frozen=True, slots=True)
class ShownToken:
    """An enrollment token as the text of a QR code, and for how long it counts."""

    qr: str
    valid_s: int


@dataclass(frozen=True, slots=True)
class ShownCode:
    """An enrollment code, 4 + 8 digits as `4821 7390 5516`, and for how long it counts."""

    code: str
    valid_s: int


@dataclass(frozen=True, slots=True)
class RecoverySheet:
    """The account key on paper, sealed by a passphrase: text of a QR code, and characters."""

    qr: str
    text: str
