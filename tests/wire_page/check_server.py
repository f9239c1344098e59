"""The server's socket: frames field for field, numbers, close codes, times, limits and bounds."""

import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from itertools import product
from typing import Any, get_origin

from msgspec import inspect

from tests.wire_page.page import NOTHING, Check, Table, decimal, span
from whisp_desktop.chat.presence import Discovery, Presence, Visibility, VisibleTo
from whisp_desktop.protocol import server_answers as answers
from whisp_desktop.protocol import server_messages as messages
from whisp_desktop.protocol import server_requests as requests
from whisp_desktop.protocol.names import USERNAME_PATTERN
from whisp_desktop.server import limits, mailboxes, pake_runs, timing, tokens, turn
from whisp_desktop.server.closing import CloseCode
from whisp_desktop.server.connection import PING_EVERY_S, PONG_WITHIN_S
from whisp_desktop.server.doors import MOST_TICKETS, TICKET_LIFE_S
from whisp_desktop.server.inbox import MOST_FRAME_BYTES as MOST_MESSAGE_BYTES
from whisp_desktop.server.knocks import HANDED_OUT_LIFE_S, KNOCK_LIFE_S, WORK_LIFE_S
from whisp_desktop.server.limits import Limit, Rate
from whisp_desktop.server.presence.listing import LISTED_LIFE_S
from whisp_desktop.server.presence.memory import POOL_SIZE
from whisp_desktop.server.problems import _STATUS_AND_TITLE
from whisp_desktop.server.rest import MOST_BODY_BYTES
from whisp_desktop.server.switchboard import MOST_FOUND, MOST_LISTED
from whisp_desktop.transport import server_errors
from whisp_desktop.transport.http_client import MOST_FRAME_BYTES
from whisp_desktop.transport.server_socket import _ANSWERS

_FRAMES = {
    1: "PUBLISH",
    2: "ANNOUNCE",
    3: "WATCH",
    4: "LOOK_UP",
    5: "KNOCK",
    6: "ANSWER",
    7: "DOOR",
    8: "PAKE",
    9: "MAILBOX",
    10: "RENEW",
    11: "WITHDRAW",
    64: "OK",
    65: "ERROR",
    66: "FOUND",
    67: "UNREACHABLE",
    68: "SEEN",
    69: "KNOCKED",
    70: "ANSWERED",
    71: "PAKED",
    72: "MAIL",
    73: "SPENT",
    74: "TOKEN",
    75: "REVOKED",
    76: "ENDED",
}
_PARTS: Mapping[type, str] = {
    requests.Work: "work",
    requests.AnnouncedId: "announced_id",
    answers.FoundDevice: "found_device",
    answers.SeenId: "seen_id",
}
_TEXTS = {
    None: "str",
    r"^[0-9]{2}\Z": "2 digits",
    r"^[0-9]{4}\Z": "4 digits",
    USERNAME_PATTERN: "username",
}
_CHOICES = ("nil", "bin 16", "work")


def _union(of: inspect.UnionType) -> str:
    return " or ".join(sorted(map(_type, of.types), key=_CHOICES.index))


def _list(of: inspect.VarTupleType) -> str:
    count = "" if of.max_length is None else f" {of.min_length or 0}–{of.max_length}"
    return f"[{_type(of.item_type)}, …]{count}"


def _bytes(of: inspect.BytesType) -> str:
    assert of.min_length == of.max_length
    return "bin" if of.max_length is None else f"bin {of.max_length}"


_TYPES: Mapping[type, Callable[[Any], str]] = {
    inspect.BytesType: _bytes,
    inspect.EnumType: lambda of: f"int {span(min(of.cls), max(of.cls))}",
    inspect.IntType: lambda of: f"int {span(of.ge, of.le)}",
    inspect.LiteralType: lambda of: " or ".join(json.dumps(each) for each in of.values),
    inspect.NoneType: lambda _: "nil",
    inspect.StrType: lambda of: _TEXTS[of.pattern],
    inspect.StructType: lambda of: _PARTS[of.cls],
    inspect.UnionType: _union,
    inspect.VarTupleType: _list,
}


def _type(of: inspect.Type) -> str:
    """A field's type as the page writes it."""
    return _TYPES[type(of)](of)


def _fields(kind: Any, skipped: int) -> str:
    fields = inspect.type_info(kind).fields[skipped:]  # type: ignore[attr-defined]  # a struct's
    return ", ".join(f"{field.name} {_type(field.type)}" for field in fields) or NOTHING


def _arrays(table: Table) -> None:
    rows = [(name, _fields(part, 0)) for part, name in _PARTS.items()]
    table.compare(rows, "name", "elements")


def _rows(tags: messages._Tags) -> list[tuple[int, Any, int]]:
    """Tag, type and bound of every form of a frame."""
    return [
        (tag, row.decoder.type, row.size_bytes) for tag, each in tags.items() for row in each.rows
    ]


def _requests(table: Table) -> None:
    rows = [
        (str(tag), _FRAMES[tag], _fields(kind, 1), str(size_bytes), _answer(kind))
        for tag, kind, size_bytes in _rows(messages._REQUESTS)
    ]
    table.compare(rows, "tag", "frame", "fields behind seq", "≤ bytes", "answer")


def _answer(kind: Any) -> str:
    tags = [each.__struct_config__.tag for each in _ANSWERS[get_origin(kind) or kind]]
    return " or ".join(_FRAMES[int(str(tag))] for tag in tags)


def _answers(table: Table) -> None:
    assert messages._MOST_ANSWER_BYTES == MOST_FRAME_BYTES
    rows = []
    for tag, kind, size_bytes in _rows(messages._ANSWERS):
        padded = messages._PADDED_BYTES.get(kind)
        size = f"≤ {size_bytes}" if padded is None else str(padded)
        rows.append((str(tag), _FRAMES[tag], _fields(kind, 1), size))
    table.compare(rows, "tag", "frame", "fields behind seq", "bytes")


def _numbers(table: Table) -> None:
    enums = {
        "by_name": requests.ByName,
        "how": answers.How,
        "state": answers.SeenState,
        "why": requests.Why,
    }
    rows = [
        (field, str(int(each)), str(each.name)) for field, enum in enums.items() for each in enum
    ]
    table.compare(rows, "field", "number", "name")


def _close_codes(table: Table) -> None:
    rows = [(str(int(code)), code.name) for code in CloseCode]
    table.compare(rows, "code", "name", prose="when")


def _problems(table: Table) -> None:
    statuses = {code: status for code, (status, _) in _STATUS_AND_TITLE.items()}
    assert statuses == server_errors._STATUSES
    rows = [(code, str(status)) for code, status in statuses.items()]
    table.compare(rows, "code", "status", prose="when")


def _visibility(table: Table) -> None:
    settings = (Presence, VisibleTo, Discovery)
    assert table.columns == (
        *("presence", "visible to", "discovery"),
        *("by_name", "ids for contacts", "doors"),
    )
    shown = {choice: Visibility.of(*choice) for choice in product(*settings)}
    rows = [
        (choice, row[3:])
        for row in table.rows
        for choice in product(*map(_meant, row[:3], settings))
    ]
    assert len(rows) == len(shown)
    assert dict(rows) == {
        choice: (
            str(it.by_name),
            "yes" if it.to_contacts else "no",
            "open" if it.doors else "shut",
        )
        for choice, it in shown.items()
    }


def _meant(cell: str, setting: type[StrEnum]) -> list[StrEnum]:
    """The choices that a cell of the page stands for."""
    return list(setting) if cell == "any" else [setting(each) for each in cell.split(" or ")]


def _times(table: Table) -> None:
    seconds = {
        "an answer to LOOK_UP by name, or to KNOCK, is due after": timing.STRANGER_DELAY_S,
        "an answer to a guest's PAKE frame is due after": timing.PAKE_DELAY_S,
        "due instants are rounded up to a multiple of": timing.TICK_S,
        "a ping is sent every": PING_EVERY_S,
        "a pong must come within": PONG_WITHIN_S,
        "a token lives": tokens.LIFE_S,
        "a relay's credential lives": turn.LIFE_S,
        "a bundle that was handed out takes a knock for": HANDED_OUT_LIFE_S,
        "a work covers an account's further bundles for": WORK_LIFE_S,
        "a knock can be answered for": KNOCK_LIFE_S,
        "a ticket lives": TICKET_LIFE_S,
        "a mailbox lives": mailboxes.LIFE_S,
        "a run of a PAKE ends after p2 within": pake_runs.RUN_LIFE_S,
        "a name stays on the public list for": LISTED_LIFE_S,
    }
    table.compare_numbers(seconds, "what", "seconds")


def _limits(table: Table) -> None:
    named = {
        ("prefix", "any REST call"): "REST",
        ("prefix", "new accounts, devices, guests"): "NEWCOMERS",
        ("device", "frames"): "FRAMES",
        ("device", "LOOK_UP by name"): "LOOK_UPS",
        ("device", "KNOCK"): "KNOCKS",
        ("device", "runs of PAKE"): "PAKE_RUNS",
        ("device", "boxes opened, and others' boxes named"): "MAILBOXES",
        ("guest", "boxes of each kind named, in his life"): "GUESTS_BOXES",
        ("device", "TURN"): "TURN",
        ("device", "WATCH"): "WATCHES",
        ("device", "ANNOUNCE"): "ANNOUNCEMENTS",
        ("device", "wakes (not built)"): "WAKES",
        ("target device", "wakes (not built)"): "WAKES_OF_DEVICE",
        ("target account", "strangers' knocks with work"): "STRANGERS_AT_ACCOUNT",
        ("target name", "runs of PAKE"): "PAKE_RUNS_AT_NAME",
    }
    rates = {name: rate for name, rate in vars(Limit).items() if isinstance(rate, Rate)}
    assert rates.keys() == set(named.values())
    rows = [
        (by, what, decimal(60 / rates[name].interval_s), str(rates[name].burst))
        for (by, what), name in named.items()
    ]
    table.compare(rows, "by", "what", "a minute", "at once")


def _bounds(table: Table) -> None:
    numbers = {
        "bytes of a REST body": MOST_BODY_BYTES,
        "bytes of any frame of a client": MOST_MESSAGE_BYTES,
        "frames queued for a slow reader": limits.MOST_FRAMES_QUEUED,
        "bytes queued for a slow reader": limits.MOST_BYTES_QUEUED,
        "requests in flight on a socket": limits.MOST_REQUESTS_IN_FLIGHT,
        "sockets of a prefix": limits.MOST_SOCKETS_OF_A_PREFIX,
        "sockets": limits.MOST_SOCKETS,
        "spent challenges remembered": limits.MOST_SPENT_SALTS,
        "tickets of a device (the oldest goes)": MOST_TICKETS,
        "devices in FOUND": MOST_FOUND,
        "names in an answer of the directory": MOST_LISTED,
        "bundles in a pool": POOL_SIZE,
    }
    table.compare_numbers(numbers, "what", "number")


CHECKS: dict[str, Check] = {
    "Problems": _problems,
    "Arrays inside frames": _arrays,
    "Frames of a client": _requests,
    "Frames of the server": _answers,
    "Numbers in frames": _numbers,
    "Close codes": _close_codes,
    "What one shows": _visibility,
    "Times at the server": _times,
    "Limits": _limits,
    "Bounds at the server": _bounds,
}
