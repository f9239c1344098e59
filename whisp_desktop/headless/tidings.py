"""What an event is in JSON. Some are for windows only, and are no line."""

import time

from whisp_desktop.headless.encoding import Object, wire_id
from whisp_desktop.session import events

SERVER_LOST = "The server does not answer. Open conversations go on. Nobody new can reach you."
OFFLINE = "This computer is offline."
SERVER_REACHED = "The server answers. Others can reach you."
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
    events.Notice: ("notice", "code", "say"),
}
"""The name of each line, and the fields of its event that stand in it."""


def tiding(event: events.Event) -> Object | None:
    """Return the fields of an event's line, `event` first; None for what is no line."""
    match event:
        case events.Seen(shown=False):
            return None
        case events.Arrived(text=text, lifetime_s=lifetime_s):
            return _line(event) | {"text": text.read(), "lifetime_s": lifetime_s or None}
        case events.ServerChanged(connected=True):
            return _line(events.Notice("server_reached", SERVER_REACHED))
        case events.ServerChanged(retry_at=retry_at, offline=offline):
            lost = OFFLINE if offline else SERVER_LOST
            return _line(events.Notice("server_lost", lost + _again(retry_at)))
        case events.TimerChanged(peer, lifetime_s, mine=False):
            return _line(events.Notice("timer_changed", _timer(peer, lifetime_s)))
    return _line(event) if type(event) in _LINES else None


def _line(event: events.Event) -> Object:
    name, *fields = _LINES[type(event)]
    line = {"event": name, **{field: getattr(event, field) for field in fields}}
    return line | {"message": wire_id(line["message"])} if "message" in line else line


def _again(retry_at: float | None) -> str:
    if retry_at is None:
        return ""
    return f" Trying again in {max(1, round(retry_at - time.monotonic()))} s."


def _timer(peer: str, lifetime_s: int) -> str:
    if not lifetime_s:
        return f"{peer} set the timer: messages stay until the conversation ends."
    return f"{peer} set the timer: messages go {_LIFETIMES[lifetime_s]} after they were seen."
