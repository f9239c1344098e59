"""Encodes and decodes the frames of the server's socket, both directions, at their rows' sizes.

Frames are MessagePack in its shortest form. Their types stand in `server_requests` and
`server_answers` and are to be had here as well.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast, get_origin

from msgspec import MsgspecError
from msgspec.msgpack import Decoder, Encoder

from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.server_answers import (
    Answered,
    DoorsTaken,
    Ended,
    Error,
    Found,
    FoundDevice,
    How,
    Knocked,
    KnockOk,
    Mail,
    MailboxOk,
    NewToken,
    Ok,
    Paked,
    Revoked,
    Seen,
    SeenId,
    SeenState,
    ServerFrame,
    Spent,
    Unreachable,
)
from whisp_desktop.protocol.server_requests import (
    Announce,
    AnnouncedId,
    Answer,
    BoxNumber,
    ByName,
    EightBytes,
    Frame,
    Knock,
    LookUpId,
    LookUpName,
    MailboxOpen,
    MailboxSend,
    OpenDoors,
    PakeStart,
    PakeStep,
    Publish,
    Renew,
    Request,
    Watch,
    Why,
    Withdraw,
    Work,
)

__all__ = [
    "Announce",
    "AnnouncedId",
    "Answer",
    "Answered",
    "ByName",
    "DoorsTaken",
    "Ended",
    "Error",
    "Found",
    "FoundDevice",
    "How",
    "Knock",
    "KnockOk",
    "Knocked",
    "LookUpId",
    "LookUpName",
    "Mail",
    "MailboxOk",
    "MailboxOpen",
    "MailboxSend",
    "NewToken",
    "Ok",
    "OpenDoors",
    "PakeStart",
    "PakeStep",
    "Paked",
    "Publish",
    "Renew",
    "Request",
    "Revoked",
    "Seen",
    "SeenId",
    "SeenState",
    "ServerFrame",
    "Spent",
    "TooLargeError",
    "Unreachable",
    "Watch",
    "Why",
    "Withdraw",
    "Work",
    "decode_answer",
    "decode_request",
    "encode_answer",
    "encode_request",
]

_KIB = 1024
_MOST_ANSWER_BYTES = 32 * _KIB
_SHORT_ARRAY = 0x9  # MessagePack's fixarray, in the upper half of its byte
_EMPTY_BIN = b"\xc4\0"


class TooLargeError(PeerError):
    """A frame above its row's size: close code 4413. Any other PeerError of a frame is 4400."""


class _Row(NamedTuple):
    """One form of a frame: so many elements in its array, so many bytes at most."""

    elements: int
    size_bytes: int
    decoder: Decoder[Frame]


class _Tag(NamedTuple):
    """All forms of one tag, and the size of the largest."""

    size_bytes: int
    rows: Sequence[_Row]


_Tags = Mapping[int, _Tag]


def _tags(sizes_bytes: Mapping[Any, int]) -> _Tags:
    rows: dict[int, list[_Row]] = {}
    for kind, size_bytes in sizes_bytes.items():
        struct = get_origin(kind) or kind
        row = _Row(1 + len(struct.__struct_fields__), size_bytes, Decoder(kind))
        rows.setdefault(struct.__struct_config__.tag, []).append(row)
    return {tag: _Tag(max(row.size_bytes for row in found), found) for tag, found in rows.items()}


_REQUESTS = _tags(
    {
        Publish: 6 * _KIB,
        Announce: 24 * _KIB,
        Watch: 80 * _KIB,
        LookUpName: 512,
        LookUpId: 512,
        Knock: 5 * _KIB,
        Answer: 5 * _KIB,
        OpenDoors: 256,
        PakeStart: 3 * _KIB,
        PakeStep: 3 * _KIB,
        MailboxOpen: 64,
        MailboxSend[BoxNumber]: 3 * _KIB,
        MailboxSend[EightBytes]: 3 * _KIB,
        Renew: 64,
        Withdraw: 64,
    }
)

_Padded = KnockOk | Found | Unreachable | Paked
_PADDED_BYTES: Mapping[type[Frame], int] = {
    KnockOk: 64,
    Found: 16 * _KIB,
    Unreachable: 16 * _KIB,
    Paked: 2112,
}
_ANSWERS = _tags(
    # As many elements as a KnockOk has: the size tells them apart.
    {MailboxOk[BoxNumber]: 32, MailboxOk[EightBytes]: 32}
    | dict.fromkeys(
        (
            Ok,
            KnockOk,
            Error,
            DoorsTaken,
            Found,
            Unreachable,
            Seen,
            Knocked,
            Answered,
            Paked,
            Mail[BoxNumber],
            Mail[EightBytes],
            Spent,
            NewToken,
            Revoked,
            Ended,
        ),
        _MOST_ANSWER_BYTES,
    )
)

_encoder = Encoder()


def encode_request(request: Request) -> bytes:
    """Return the frame that a client sends."""
    return _encoder.encode(request)


def decode_request(frame: bytes) -> Request:
    """Read a client's frame. TooLargeError above its row's size, PeerError if malformed."""
    return cast("Request", _decode(frame, _REQUESTS))


def encode_answer(answer: ServerFrame) -> bytes:
    """Return the frame that the server sends, filled to its one size where it has a `pad`."""
    frame = _encoder.encode(answer)
    size_bytes = _PADDED_BYTES.get(type(answer))
    return frame if size_bytes is None else _fill(frame, size_bytes)


def decode_answer(frame: bytes) -> ServerFrame:
    """Read a server's frame. TooLargeError above 32 KiB (the client closes), else PeerError.

    A client passes over a frame that it cannot read.
    """
    if len(frame) > _MOST_ANSWER_BYTES:
        raise TooLargeError("a server's frame is too large")
    answer = cast("ServerFrame", _decode(frame, _ANSWERS))
    if isinstance(answer, _Padded) and (
        len(frame) != _PADDED_BYTES[type(answer)] or answer.pad.strip(b"\0")
    ):
        raise PeerError("a frame is filled in another way")
    return answer


def _decode(frame: bytes, tags: _Tags) -> Frame:
    if len(frame) < 2 or frame[0] >> 4 != _SHORT_ARRAY:
        raise PeerError("a frame is no short array")
    tag = tags.get(frame[1])
    if tag is None:
        raise PeerError("a frame has another form")
    if len(frame) > tag.size_bytes:
        raise TooLargeError("a frame is too large")
    for row in tag.rows:
        if frame[0] & 15 == row.elements and len(frame) <= row.size_bytes:
            try:
                return row.decoder.decode(frame)
            except (MsgspecError, UnicodeDecodeError):
                continue
    raise PeerError("a frame has another form")


def _fill(frame: bytes, size_bytes: int) -> bytes:
    """Replace the empty `bin` at the frame's end by one of zeros that fills it to the size."""
    bare = frame.removesuffix(_EMPTY_BIN)
    left = size_bytes - len(bare)
    if left <= 2 + 0xFF:
        return bare + b"\xc4%c" % (left - 2) + bytes(left - 2)
    return bare + b"\xc5" + (left - 3).to_bytes(2, "big") + bytes(left - 3)
