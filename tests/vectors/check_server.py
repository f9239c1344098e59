"""server_frames.json: fields to frames of the server's socket and back; frames that are none."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from msgspec import to_builtins
from msgspec.structs import replace

from tests.vectors.document import Fields, the_object
from tests.vectors.expect import refuses, same
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.server_messages import (
    TooLargeError,
    decode_answer,
    decode_request,
    encode_answer,
    encode_request,
)

_CLOSE_CODES: dict[int, type[PeerError]] = {4400: PeerError, 4413: TooLargeError}


def _whole(entry: Fields) -> bytes:
    """Return the frame with the zeros that end it."""
    frame = entry.bytes_of("frame")
    if "size_bytes" not in entry:
        return frame
    whole = frame.ljust(entry.number("size_bytes"), b"\0")
    same(len(whole), entry.number("size_bytes"))
    return whole


def _request(entry: Fields) -> None:
    frame = _whole(entry)
    request = decode_request(frame)
    same(_plain(to_builtins(request, builtin_types=(bytes,))), _fields(entry["fields"]))
    same(encode_request(request), frame)


def _answer(entry: Fields) -> None:
    frame = _whole(entry)
    answer = decode_answer(frame)
    plain = _plain(to_builtins(answer, builtin_types=(bytes,)))
    if "size_bytes" in entry:
        same(plain.pop().strip(b"\0"), b"")
        answer = replace(answer, pad=b"")
    same(plain, _fields(entry["fields"]))
    same(encode_answer(answer), frame)


def _plain(value: Any) -> Any:
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _fields(value: Any) -> Any:
    if isinstance(value, Fields):
        return value.bytes_of("hex")
    return [_fields(one) for one in value] if isinstance(value, list) else value


def _refused_request(entry: Fields) -> None:
    try:
        decode_request(_whole(entry))
    except PeerError as error:
        same(type(error), _CLOSE_CODES[entry.number("close")])
        return
    raise AssertionError("it passed, and must not")


def _refused_answer(entry: Fields) -> None:
    refuses(decode_answer, _whole(entry))


_PARTS: dict[str, Callable[[Fields], None]] = {
    "requests": _request,
    "answers": _answer,
    "refused_requests": _refused_request,
    "refused_answers": _refused_answer,
}


def _entries(document: Any) -> Iterator[tuple[str, Callable[[], None]]]:
    vectors = the_object(document)
    for part, check in _PARTS.items():
        for number, entry in enumerate(vectors.items_of(part), 1):
            name = f"{part} {number}, {entry.get('name') or entry.get('why')}"
            yield name, partial(check, entry)


CHECKS = {"server_frames.json": _entries}
