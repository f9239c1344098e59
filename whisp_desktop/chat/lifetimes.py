"""When messages go: instants on the caller's monotonic clock, and nothing of the messages."""

from whisp_desktop.chat.buffer import MessageId
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.message_fields import LIFETIMES_S

UNSEEN_LIFE_S = 24 * 60 * 60
"""A message with a lifetime that nobody saw goes this long after it was sent or came."""


def check_lifetime(lifetime_s: int) -> int:
    """Return the lifetime if it is one of `LIFETIMES_S`; RefusedError `bad_lifetime`."""
    if lifetime_s not in LIFETIMES_S:
        say = "Messages last 5 seconds, 1 minute, 1 hour, 1 day, or until the conversation ends."
        raise RefusedError("bad_lifetime", say)
    return lifetime_s


class Lifetimes:
    """The running timers of one conversation: at most as many as its ring holds messages."""

    __slots__ = ("_ends",)

    def __init__(self) -> None:
        self._ends: dict[MessageId, float] = {}

    def start(self, message: MessageId, ends_at: float) -> None:
        """Let the message go at that instant; a timer that it had before no longer counts."""
        self._ends[message] = ends_at

    def cancel(self, message: MessageId) -> None:
        """Stop the message's timer, if it has one."""
        self._ends.pop(message, None)

    def due(self, now: float) -> list[MessageId]:
        """Return the messages whose time has come, the first to go first; their timers end."""
        over = sorted((at, message) for message, at in self._ends.items() if at <= now)
        for _, message in over:
            del self._ends[message]
        return [message for _, message in over]

    @property
    def next_at(self) -> float | None:
        """When the next message goes, or None if no timer runs."""
        return min(self._ends.values(), default=None)

    def close(self) -> None:
        """Forget all timers."""
        self._ends.clear()
