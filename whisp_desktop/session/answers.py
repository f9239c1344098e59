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
    """A line of the contact list; `online` is `online`, `away` or `offline`."""

    name: str
    petname: str
    account_key: str
    verified: bool
    blocked: bool
    online: str


@dataclass(frozen=True, slots=True)
class Safety:
    """How to compare a contact's key: 60 digits, or `qr`, one's own card for them to scan."""

    safety_number: str
    qr: str
    verified: bool
