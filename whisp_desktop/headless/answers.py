"""What a command's answer is in JSON."""

from dataclasses import asdict

from whisp_desktop.headless.encoding import Object, encode_line, wire_id
from whisp_desktop.headless.lines import LONGEST_LINE_BYTES
from whisp_desktop.session.answers import (
    Account,
    CardFound,
    ChangedKey,
    ContactEntry,
    DeviceEntry,
    Found,
    OwnCard,
    RecoverySheet,
    Safety,
    ShownCode,
    ShownToken,
    Status,
)
from whisp_desktop.session.commands import HistoryEntry, MessageId, RequestId

_FRAME_BYTES = 256
"""What an answer has round its list: braces, an id, `ok`, a count."""


def nothing(_: None) -> Object:
    """Say that it was done, and no more."""
    return {}


def whole(
    answer: Account | ChangedKey | OwnCard | RecoverySheet | ShownCode | ShownToken,
) -> Object:
    """Say all of it under the core's own names."""
    return asdict(answer)


def status(now: Status) -> Object:
    """Everything at a glance; as long as there is nobody, name and keys are null."""
    who = asdict(now.account) if now.account else dict.fromkeys(Account.__slots__)
    return {
        **who,
        "key_store": now.key_store,
        "presence": now.presence,
        "discovery": now.discovery,
        "route": now.route,
        "server": {"url": now.server_url, "connected": now.server_connected},
        "sessions": list(now.sessions),
        "shields": {"capture": now.capture, "lock": now.lock, "hotkey": now.hotkey},
    }


def free(is_free: bool) -> Object:  # noqa: FBT001 -- the answer of `CheckName` is just this
    """Say whether a name can be had."""
    return {"free": is_free}


def key_store(in_use: str) -> Object:
    """Say where the keys are now."""
    return {"key_store": in_use}


def set_aside(name: str) -> Object:
    """Say what it is called now; null if there was nothing to rename."""
    return {"name": name or None}


def found(who: Found) -> Object:
    """Say whether somebody can be reached, and only then who."""
    if not who.reachable:
        return {"reachable": False}
    return {
        "reachable": True,
        "safety_number": who.safety_number,
        "verified": who.verified,
        "devices": who.devices,
    }


def devices(entries: tuple[DeviceEntry, ...]) -> Object:
    """List one's own devices."""
    return {"devices": [asdict(entry) for entry in entries]}


def request(made: RequestId) -> Object:
    """Name an own request."""
    return {"request": made}


def message(written: MessageId) -> Object:
    """Name an own message."""
    return {"message": wire_id(written)}


def contacts(entries: tuple[ContactEntry, ...]) -> Object:
    """List the contacts."""
    return {"contacts": [asdict(entry) for entry in entries]}


def safety(compared: Safety) -> Object:
    """Say what is to be compared with a contact."""
    return asdict(compared)


def added(contact: CardFound) -> Object:
    """Say under which name a contact is shown now, and where they are to be found."""
    return {"name": contact.known, "hosts": list(contact.hosts)}


def history(entries: tuple[HistoryEntry, ...]) -> Object:
    """List what the ring buffer holds, oldest first.

    A ring can hold more than a line: then the oldest are not listed, and `left_out` counts them.
    """
    listed: list[Object] = []
    room_bytes = LONGEST_LINE_BYTES - _FRAME_BYTES
    for entry in reversed(entries):
        fields = {
            **asdict(entry),
            "message": wire_id(entry.message),
            "lifetime_s": entry.lifetime_s or None,
        }
        room_bytes -= len(encode_line(fields))
        if room_bytes < 0:
            break
        listed.append(fields)
    listed.reverse()
    left_out = len(entries) - len(listed)
    return {"history": listed, "left_out": left_out} if left_out else {"history": listed}
