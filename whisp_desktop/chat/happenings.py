"""What comes of a command or of the other side's message: things to send, things to show."""

from dataclasses import dataclass
from enum import StrEnum

from whisp_desktop.chat.buffer import Message, MessageId
from whisp_desktop.protocol.message_fields import PeerMessage
from whisp_desktop.protocol.peer_messages import State


class MessageEnd(StrEnum):
    """Why a message is gone."""

    EXPIRED = "expired"
    DELETED = "deleted"
    LEFT = "left"
    EVICTED = "evicted"


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened in a conversation."""


@dataclass(frozen=True, slots=True)
class ToSend(Happening):
    """This is to be sent to the other side, in this order."""

    message: PeerMessage


@dataclass(frozen=True, slots=True)
class Arrived(Happening):
    """A message of the other side is in the ring."""

    message: Message


@dataclass(frozen=True, slots=True)
class Delivered(Happening):
    """An own message is in the other side's memory."""

    message: MessageId


@dataclass(frozen=True, slots=True)
class Seen(Happening):
    """An own message was seen; `shown`: both sides show such marks."""

    message: MessageId
    shown: bool


@dataclass(frozen=True, slots=True)
class TimerStarted(Happening):
    """The message, own or not, goes at this instant of the caller's clock."""

    message: MessageId
    expires_at: float


@dataclass(frozen=True, slots=True)
class Gone(Happening):
    """The message is wiped."""

    message: MessageId
    why: MessageEnd


@dataclass(frozen=True, slots=True)
class NotSent(Happening):
    """The conversation ends, and an own message was not known to have arrived."""

    message: MessageId


@dataclass(frozen=True, slots=True)
class TimerChanged(Happening):
    """The default lifetime of new messages is another one, for both sides."""

    lifetime_s: int
    mine: bool


@dataclass(frozen=True, slots=True)
class TypingChanged(Happening):
    """The other side began or stopped typing, and both sides show that."""

    typing: bool


@dataclass(frozen=True, slots=True)
class StateChanged(Happening):
    """What the other side's app declares of itself is new."""

    state: State
