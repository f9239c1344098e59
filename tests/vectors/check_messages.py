"""peer_messages.json: fields to bodies and back, and bodies that are none."""

import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import partial
from typing import Any

from tests.vectors.document import Fields, from_hex, the_object
from tests.vectors.expect import refuses, same
from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.protocol.peer_messages import _KINDS, PeerMessage, decode, encode

_UPPER = re.compile("(?<!^)(?=[A-Z])")


def _message(entry: Fields) -> PeerMessage:
    given = entry["fields"]
    values = {name: _VALUES.get(name, _as_it_is)(given[name]) for name in given}
    return _KINDS[entry.number("kind")](**values)


def _as_it_is(value: Any) -> Any:
    return value


def _id_or_none(value: str | None) -> bytes | None:
    return None if value is None else from_hex(value)


_VALUES: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("statements", "cert_body", "wake", "id", "text", "file_id"), from_hex),
    **dict.fromkeys(("digest", "group_id", "roster"), from_hex),
    "reply_to": _id_or_none,
    "ids": lambda ids: tuple(map(from_hex, ids)),
    "card": lambda whole: Card.parse(from_hex(whole)),
    "secret": lambda secret: Secret(from_hex(secret)),
    "message": _message,
}
"""Fields that are other things in the product than in the file."""


def _values(message: Any) -> list[Any]:
    values = [getattr(message, one.name) for one in fields(message)]
    return [_values(one) if isinstance(one, PeerMessage) else one for one in values]


def _accepted(entry: Fields) -> None:
    message = _message(entry)
    same(_UPPER.sub("_", type(message).__name__).upper(), entry["name"])
    body = entry.bytes_of("body")
    same(encode(message), (entry.number("kind"), body))
    decoded = decode(entry.number("kind"), body)
    same(decoded, message)
    same(_values(decoded), _values(message))


def _refused(entry: Fields) -> None:
    refuses(partial(decode, entry.number("kind")), entry.bytes_of("body"))


def _unknown(entry: Fields) -> None:
    same(decode(entry.number("kind"), entry.bytes_of("body")), None)


_PARTS = {"accepted": _accepted, "refused": _refused, "unknown": _unknown}


def _entries(document: Any) -> Iterator[tuple[str, Callable[[], None]]]:
    vectors = the_object(document)
    for part, check in _PARTS.items():
        for entry in vectors.items_of(part):
            what = entry.get("name") or entry.get("why") or "kind"
            yield f"{part}: {entry['kind']:02x}, {what}", partial(check, entry)


CHECKS = {"peer_messages.json": _entries}
