"""From what happens in a conversation to what a front end is told."""

from collections.abc import Callable
from typing import Any

from whisp_desktop.chat import happenings
from whisp_desktop.chat.buffer import Message
from whisp_desktop.chat.happenings import Happening
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session import events
from whisp_desktop.session.commands import HistoryEntry, MessageId

_CAPTURE = ("absent", "best-effort", "enforced")
_LOCK = ("none", "app-lock")


def message_id(kept: bytes) -> MessageId:
    """Return a message's id as front ends know it."""
    return MessageId(kept.hex())


def kept_id(message: MessageId) -> bytes:
    """Read an id of a front end. RefusedError `no_such_message`: it is none."""
    try:
        return bytes.fromhex(message)
    except ValueError:
        raise RefusedError("no_such_message", "That message has gone already.") from None


def event(peer: str, happening: Happening) -> events.Event:
    """Return the event of one happening in the conversation with `peer`."""
    return _EVENTS[type(happening)](peer, happening)


def _arrived(peer: str, happening: happenings.Arrived) -> events.Event:
    message = happening.message
    reply_to = message_id(message.reply_to) if message.reply_to else None
    return events.Arrived(peer, message_id(message.id), message.text, message.lifetime_s, reply_to)


def _shields(peer: str, happening: happenings.StateChanged) -> events.Event:
    state = happening.state
    return events.PeerShields(peer, _CAPTURE[state.capture], _LOCK[state.lock], state.version)


_EVENTS: dict[type[Happening], Callable[[str, Any], events.Event]] = {
    happenings.Arrived: _arrived,
    happenings.Delivered: lambda peer, it: events.Delivered(peer, message_id(it.message)),
    happenings.Seen: lambda peer, it: events.Seen(peer, message_id(it.message), it.shown),
    happenings.TimerStarted: lambda peer, it: events.TimerStarted(
        peer, message_id(it.message), it.expires_at
    ),
    happenings.Gone: lambda peer, it: events.Gone(peer, message_id(it.message), it.why),
    happenings.NotSent: lambda peer, it: events.NotSent(peer, message_id(it.message)),
    happenings.TimerChanged: lambda peer, it: events.TimerChanged(peer, it.lifetime_s, it.mine),
    happenings.TypingChanged: lambda peer, it: events.TypingChanged(peer, it.typing),
    happenings.StateChanged: _shields,
}


def history_entry(message: Message, now: float) -> HistoryEntry:
    """Return a message as a front end lists it."""
    left_s = None if message.expires_at is None else max(0.0, message.expires_at - now)
    return HistoryEntry(
        message=message_id(message.id),
        mine=message.mine,
        text=message.text.read(),
        state=message.state,
        lifetime_s=message.lifetime_s,
        left_s=left_s,
    )
