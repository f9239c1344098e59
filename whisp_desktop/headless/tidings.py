"""What an event is in JSON. Some are for windows only, and are no line."""

import time

from whisp_desktop.headless.encoding import Object, wire_id
from whisp_desktop.session import events

SERVER_LOST = "The server does not answer. Open conversations go on. Nobody new can reach you."
OFFLINE = "This computer is offline."
SERVER_REACHED = "The server answers. Others can reach you."
KEY_CHANGED = "{}’s key is not the one you know. Look at the new one before you talk here."
_LIFETIMES = {5: "5 seconds", 60: "1 minute", 3600: "1 hour", 86400: "1 day"}

_LINES: dict[type[events.Event], tuple[str, ...]] = {
    events.Requested: ("request", "request", "name", "account_key", "safety_number", "how"),
    events.RequestGone: ("request_gone", "request", "why"),
    events.Connecting: ("connecting", "peer", "step"),
    events.Opened: ("open", "peer", "route", "verified", "post_quantum"),
    events.Arrived: ("message", "peer", "message", "text", "lifetime_s"),
    events.Delivered: ("delivered", "peer", "message"),
    events.Seen: ("seen", "peer", "message"),
    events.Gone: ("gone", "peer", "message", "why"),
    events.Closed: ("closed", "peer", "why"),
    events.PresenceChanged: ("presence", "name", "state"),
    events.PeerShields: ("peer_shields", "peer", "capture", "lock", "version"),
    events.ContactsOffered: ("contacts_offered", "device_id", "name"),
    events.AccountEnded: ("notice", "code", "say"),
    events.Notice: ("notice", "code", "say"),
}
"""The name of each line, and the fields of its event that stand in it."""


def tiding(event: events.Event) -> Object | None:
    """Return the fields of an event's line, `event` first; None for what is no line."""
    line: Object | None = None
    match event:
        case events.Seen(shown=False):
            pass
        case events.Arrived(text=text, lifetime_s=lifetime_s):
            line = _line(event) | {"text": text.read(), "lifetime_s": lifetime_s or None}
        case events.ServerChanged(connected=True):
            line = _notice("server_reached", SERVER_REACHED)
        case events.ServerChanged(retry_at=retry_at, offline=offline):
            line = _notice("server_lost", (OFFLINE if offline else SERVER_LOST) + _again(retry_at))
        case events.Enrolling():
            line = _enrolling(event)
        case events.KeyChanged(name):
            line = _notice("key_changed", KEY_CHANGED.format(name))
        case events.TimerChanged(peer, lifetime_s, mine=False):
            line = _notice("timer_changed", _timer(peer, lifetime_s))
        case _ if type(event) in _LINES:
            line = _line(event)
    return line


def _notice(code: str, say: str) -> Object:
    return _line(events.Notice(code, say))


def _line(event: events.Event) -> Object:
    name, *fields = _LINES[type(event)]
    line = {"event": name, **{field: getattr(event, field) for field in fields}}
    return line | {"message": wire_id(line["message"])} if "message" in line else line


def _enrolling(event: events.Enrolling) -> Object:
    said = {"digits": event.digits, "code": event.code, "say": event.say}
    return {"event": "enroll", "step": event.step} | {k: v for k, v in said.items() if v}


def _again(retry_at: float | None) -> str:
    if retry_at is None:
        return ""
    return f" Trying again in {max(1, round(retry_at - time.monotonic()))} s."


def _timer(peer: str, lifetime_s: int) -> str:
    if not lifetime_s:
        return f"{peer} set the timer: messages stay until the conversation ends."
    return f"{peer} set the timer: messages go {_LIFETIMES[lifetime_s]} after they were seen."
