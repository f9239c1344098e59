"""What the core tells its front ends, in the order in which it happened.

Instants (`…_at`) are seconds of `time.monotonic()` of this process.
"""

from dataclasses import dataclass
from enum import StrEnum

from whisp_desktop.chat.admission import How
from whisp_desktop.chat.buffer import MessageText
from whisp_desktop.chat.happenings import MessageEnd
from whisp_desktop.session.commands import MessageId, RequestId


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened."""


class Step(StrEnum):
    """Where an own request, or an accepted one, stands."""

    ASKING = "asking"
    AGREEING = "agreeing"
    CONNECTING = "connecting"
    SECURING = "securing"


class RequestEnd(StrEnum):
    """Why a request of somebody else is no longer there."""

    WITHDRAWN = "withdrawn"
    ANSWERED_ELSEWHERE = "answered-elsewhere"
    EXPIRED = "expired"


class SessionEnd(StrEnum):
    """Why a conversation, or the way to one, ended."""

    LEFT = "left"
    NO_ANSWER = "no-answer"
    UNREACHABLE = "unreachable"
    LOST = "lost"
    LOCKED = "locked"
    KEY_CHANGED = "key-changed"
    PROTOCOL = "protocol"
    NO_RELAY = "no-relay"


class EnrollStep(StrEnum):
    """Where the adding of a device stands, on either side."""

    WAITING = "waiting"
    """For the other device."""
    AGREEING = "agreeing"
    CONFIRM = "confirm"
    """The new device shows six digits, the old one asks for them."""
    FINISHING = "finishing"
    DONE = "done"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Requested(Event):
    """Somebody wants to talk. It ends at `expires_at`."""

    request: RequestId
    name: str
    account_key: str
    safety_number: str
    how: How
    expires_at: float


@dataclass(frozen=True, slots=True)
class RequestGone(Event):
    """A request of somebody else is no longer there."""

    request: RequestId
    why: RequestEnd


@dataclass(frozen=True, slots=True)
class Connecting(Event):
    """A step on the way to a conversation."""

    peer: str
    step: Step


@dataclass(frozen=True, slots=True)
class Opened(Event):
    """Both can write. `route` is `direct` or `relayed`; `since` is Unix time for the first line."""

    peer: str
    account_key: str
    route: str
    verified: bool
    post_quantum: bool
    since: int


@dataclass(frozen=True, slots=True)
class Written(Event):
    """An own message is on its way; its text can be read until the core wipes it."""

    peer: str
    message: MessageId
    text: MessageText
    lifetime_s: int
    reply_to: MessageId | None


@dataclass(frozen=True, slots=True)
class Arrived(Event):
    """A message of the other side; its text can be read until the core wipes it."""

    peer: str
    message: MessageId
    text: MessageText
    lifetime_s: int
    reply_to: MessageId | None


@dataclass(frozen=True, slots=True)
class Delivered(Event):
    """An own message is in the other side's memory."""

    peer: str
    message: MessageId


@dataclass(frozen=True, slots=True)
class Seen(Event):
    """An own message was seen. `shown`: both sides show such marks."""

    peer: str
    message: MessageId
    shown: bool


@dataclass(frozen=True, slots=True)
class TimerStarted(Event):
    """A message, own or not, will be gone at `expires_at`."""

    peer: str
    message: MessageId
    expires_at: float


@dataclass(frozen=True, slots=True)
class Gone(Event):
    """A message is gone from this computer."""

    peer: str
    message: MessageId
    why: MessageEnd


@dataclass(frozen=True, slots=True)
class NotSent(Event):
    """The conversation ends, and an own message is not known to have arrived."""

    peer: str
    message: MessageId


@dataclass(frozen=True, slots=True)
class TimerChanged(Event):
    """The conversation's default lifetime is another one from now on."""

    peer: str
    lifetime_s: int
    mine: bool


@dataclass(frozen=True, slots=True)
class TypingChanged(Event):
    """The other side began or stopped typing."""

    peer: str
    typing: bool


@dataclass(frozen=True, slots=True)
class Quiet(Event):
    """A heartbeat is overdue, or has come after all."""

    peer: str
    quiet: bool


@dataclass(frozen=True, slots=True)
class Closed(Event):
    """The conversation is over and everything of it erased. `by_me`: it was left here."""

    peer: str
    why: SessionEnd
    by_me: bool


@dataclass(frozen=True, slots=True)
class PresenceChanged(Event):
    """A contact is `online`, `away` or `offline`."""

    name: str
    state: str


@dataclass(frozen=True, slots=True)
class PeerShields(Event):
    """What the other side's app declares of itself; it cannot be checked."""

    peer: str
    capture: str
    lock: str
    version: int


@dataclass(frozen=True, slots=True)
class Solving(Event):
    """How far the work is that the server asks for: 0 to 1, and 1.0 when it is done.

    It comes a few times a second; of work that is cancelled or refused no 1.0 comes.
    """

    fraction: float


@dataclass(frozen=True, slots=True)
class ServerChanged(Event):
    """The server was reached or lost; `retry_at` says when it is tried again.

    offline -- it is lost because this computer has no network
    """

    connected: bool
    retry_at: float | None
    offline: bool = False


@dataclass(frozen=True, slots=True)
class ContactsChanged(Event):
    """The contact list has another content."""


@dataclass(frozen=True, slots=True)
class KeyChanged(Event):
    """Another account key answers under a contact's name; nothing is sent until it is looked at."""

    name: str


@dataclass(frozen=True, slots=True)
class Enrolling(Event):
    """A step of adding a device. `digits` are there on the new device at `confirm`.

    `by_code`: of a code that was read out. `code` and `say` tell why it stopped.
    """

    step: EnrollStep
    digits: str = ""
    by_code: bool = False
    code: str = ""
    say: str = ""


@dataclass(frozen=True, slots=True)
class DevicesChanged(Event):
    """The list of one's own devices has another content."""


@dataclass(frozen=True, slots=True)
class ContactsOffered(Event):
    """Another device of one's own is met for the first time; contacts can be shared with it."""

    device_id: str
    name: str


@dataclass(frozen=True, slots=True)
class AccountEnded(Event):
    """The account is over on this device and its keys are destroyed; `say` tells why.

    `code` is `device_revoked`, `account_ended` or `account_deleted`.
    """

    code: str
    say: str


@dataclass(frozen=True, slots=True)
class Notice(Event):
    """Anything else that a person should know."""

    code: str
    say: str
