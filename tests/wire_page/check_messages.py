"""The kinds of messages, their numbers and bounds, a session's times, and file frames."""

import re
import secrets
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from tests.wire_page.check_handshake import card_field
from tests.wire_page.layout import ZEROS, Field, between, byte, fixed, layout_of, number, rest
from tests.wire_page.page import NOTHING, Check, Table
from tests.wire_page.samples import CERT, card
from whisp_desktop.chat.conversation import Receipt as ReceiptWhat
from whisp_desktop.chat.lifetimes import UNSEEN_LIFE_S
from whisp_desktop.chat.marks import Marks
from whisp_desktop.protocol import group_messages, peer_messages
from whisp_desktop.protocol.chat_messages import (
    MOST_TEXT_BYTES,
    Delete,
    Receipt,
    Text,
    Timer,
    Typing,
)
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.file_frames import CHUNK_BYTES, FILE_FRAME_BYTES, FileWriter
from whisp_desktop.protocol.file_messages import (
    MOST_FILE_BYTES,
    MOST_NAME_BYTES,
    MOST_VIEWED_BYTES,
    CancelReason,
    FileAccept,
    FileCancel,
    FileDone,
    FileOffer,
    FileView,
)
from whisp_desktop.protocol.group_messages import Group, GroupJoin, GroupLeave
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.protocol.message_fields import ID_BYTES, LIFETIMES_S, MOST_IDS, PeerMessage
from whisp_desktop.protocol.peer_messages import (
    MOST_PETNAME_BYTES,
    Bye,
    ByeReason,
    Contact,
    Nothing,
    Renew,
    State,
    Statements,
    Wake,
    decode,
    encode,
)
from whisp_desktop.session.asking import ANSWER_S
from whisp_desktop.session.channel import CHANNEL_S, FIN_S
from whisp_desktop.session.pulse import HEARTBEAT_S, SILENCE_S

_ID, _OTHER = b"an id 01", b"an id 02"
_FILE, _GROUP, _ROSTER = b"sixteen bytes 01", b"sixteen bytes 02", secrets.token_bytes(32)
_CARD = card("abcd", ("whisp.example",))
_SECRET = secrets.token_bytes(32)


def _ids(*ids: bytes) -> Field:
    return between("ids", b"".join(ids), ID_BYTES, ID_BYTES * MOST_IDS)


def _group_fields() -> tuple[Field, Field]:
    return fixed("group_id", _GROUP), fixed("roster", _ROSTER)


SAMPLES: list[tuple[PeerMessage, tuple[Field, ...]]] = [
    (Nothing(), ()),
    (Bye(ByeReason.REVOKED), (number("reason", 1, 2),)),
    (Statements(CERT.whole), (rest("statements", CERT.whole),)),
    (
        State(0x0102, 2, 1, 3, away=False),
        (
            number("version", 2, 0x0102),
            number("capture", 1, 2),
            number("lock", 1, 1),
            number("marks", 1, 3),
            number("away", 1, 0),
        ),
    ),
    (Renew(CERT.whole[7:-64]), (fixed("cert_body", CERT.whole[7:-64]),)),
    (Wake(_FILE), (fixed("wake", _FILE),)),
    (
        Contact(_CARD, verified=True, petname="Bob"),
        (
            number("card_length", 2, len(_CARD.whole)),
            card_field("card", _CARD.whole),
            number("verified", 1, 1),
            number("petname_length", 1, 3),
            between("petname", b"Bob", 0, MOST_PETNAME_BYTES),
        ),
    ),
    (
        Text(_ID, 60, _OTHER, b"words"),
        (
            fixed("id", _ID),
            number("lifetime", 4, 60),
            fixed("reply_to", _OTHER),
            between("text", b"words", 1, MOST_TEXT_BYTES),
        ),
    ),
    (Receipt(2, (_ID, _OTHER)), (number("what", 1, 2), _ids(_ID, _OTHER))),
    (Typing(on=True), (number("on", 1, 1),)),
    (Timer(3600), (number("lifetime", 4, 3600),)),
    (Delete((_ID, _OTHER)), (_ids(_ID, _OTHER),)),
    (
        FileOffer(_ID, _FILE, 77, FileView.LIFETIME, 5, "a.txt"),
        (
            fixed("id", _ID),
            fixed("file_id", _FILE),
            number("size", 8, 77),
            number("view", 1, 2),
            number("lifetime", 4, 5),
            between("name", b"a.txt", 1, MOST_NAME_BYTES),
        ),
    ),
    (
        FileAccept(_FILE, 9, Secret(_SECRET)),
        (fixed("file_id", _FILE), number("from", 4, 9), fixed("secret", _SECRET)),
    ),
    (FileDone(_FILE, _ROSTER), (fixed("file_id", _FILE), fixed("digest", _ROSTER))),
    (
        FileCancel(_FILE, CancelReason.FAILED),
        (fixed("file_id", _FILE), number("reason", 1, 3)),
    ),
    (
        Group(_GROUP, _ROSTER, Typing(on=True)),
        (*_group_fields(), number("kind", 1, 0x12), rest("body", b"\1")),
    ),
    (GroupJoin(_GROUP, _ROSTER), _group_fields()),
    (GroupLeave(_GROUP, _ROSTER), _group_fields()),
]


def _kinds(table: Table) -> None:
    assert {type(message) for message, _ in SAMPLES} == set(peer_messages._KINDS.values())
    rows = []
    for message, fields in SAMPLES:
        kind, body = encode(message)
        assert encode(_decoded(kind, body)) == (kind, body)
        name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(message).__name__).upper()
        in_group = "yes" if kind in group_messages._INSIDE else "no"
        rows.append((f"{kind:02x}", name, layout_of(body, *fields) or NOTHING, in_group))
    table.compare(rows, "kind", "name", "body", "in GROUP")


def _decoded(kind: int, body: bytes) -> PeerMessage:
    message = decode(kind, body)
    assert message is not None
    return message


def _takes(message: type[PeerMessage], body: bytes) -> bool:
    try:
        message.parse(body)
    except PeerError:
        return False
    return True


def _taken(message: type[PeerMessage], body: Callable[[bytes], bytes]) -> list[str]:
    """The values of one byte that a body may have in one place."""
    return [str(value) for value in range(256) if _takes(message, body(bytes((value,))))]


_IN_PLACE: dict[str, tuple[type[PeerMessage], Callable[[bytes], bytes]]] = {
    "BYE reason": (Bye, lambda it: it),
    "STATE capture": (State, lambda it: b"\0\1" + it + bytes(3)),
    "STATE lock": (State, lambda it: b"\0\1\0" + it + bytes(2)),
    "STATE marks": (State, lambda it: b"\0\1" + bytes(2) + it + bytes(1)),
    "STATE away": (State, lambda it: b"\0\1" + bytes(3) + it),
    "CONTACT verified": (
        Contact,
        lambda it: b"".join(
            (len(_CARD.whole).to_bytes(2, "big"), _CARD.whole, it, b"\0"),
        ),
    ),
    "RECEIPT what": (Receipt, lambda it: it + _ID),
    "TYPING on": (Typing, lambda it: it),
    "FILE_OFFER view": (FileOffer, lambda it: _ID + _FILE + bytes(8) + it + bytes(4) + b"a"),
    "FILE_CANCEL reason": (FileCancel, lambda it: _FILE + it),
}
_NAMED: dict[str, Iterable[Any]] = {
    "BYE reason": ByeReason,
    "RECEIPT what": ReceiptWhat,
    "FILE_OFFER view": FileView,
    "FILE_CANCEL reason": CancelReason,
}


def _numbers(table: Table) -> None:
    rows = [
        (field, value)
        for field, (message, body) in _IN_PLACE.items()
        for value in _taken(message, body)
    ]
    table.compare(rows, "field", "number", prose="meaning")
    meanings = {(field, value): meaning for field, value, meaning in table.rows}
    for field, names in _NAMED.items():
        for each in names:
            assert meanings[field, str(int(each))] == each.name.lower().replace("_", " ")
    for mark in Marks:
        assert str(mark.name).lower() in meanings["STATE marks", str(int(mark))]


def _lifetimes(table: Table) -> None:
    taken = [life for life in range(90_000) if _takes(Timer, life.to_bytes(4, "big"))]
    assert tuple(taken) == LIFETIMES_S
    table.compare([(str(life),) for life in taken], "seconds", prose="meaning")


def _bounds(table: Table) -> None:
    numbers = {
        "bytes of a text": MOST_TEXT_BYTES,
        "ids in one message": MOST_IDS,
        "bytes of a petname": MOST_PETNAME_BYTES,
        "bytes of a file's name": MOST_NAME_BYTES,
        "bytes of a file": MOST_FILE_BYTES,
        "bytes of a file to view": MOST_VIEWED_BYTES,
    }
    table.compare_numbers(numbers, "what", "at most")
    keep, once = FileView.KEEP, FileView.ONCE
    at_their_most: list[Callable[[int], PeerMessage]] = [
        lambda more: Text(_ID, 0, None, b"x" * (MOST_TEXT_BYTES + more)),
        lambda more: Delete((_ID,) * (MOST_IDS + more)),
        lambda more: Contact(_CARD, verified=False, petname="x" * (MOST_PETNAME_BYTES + more)),
        lambda more: FileOffer(_ID, _FILE, 0, keep, 0, "x" * (MOST_NAME_BYTES + more)),
        lambda more: FileOffer(_ID, _FILE, MOST_FILE_BYTES + more, keep, 0, "x"),
        lambda more: FileOffer(_ID, _FILE, MOST_VIEWED_BYTES + more, once, 0, "x"),
    ]
    assert len(at_their_most) == len(numbers)
    for make in at_their_most:
        decode(*encode(make(0)))
        with pytest.raises(PeerError):
            decode(*encode(make(1)))


def _times(table: Table) -> None:
    seconds = {
        "m1 may be answered for": ANSWER_S,
        "the channel must open after m2 within": CHANNEL_S,
        "the other's FIN must come after that within": FIN_S,
        "NOTHING is sent after silence of one's own of": HEARTBEAT_S,
        "the session ends when no ratchet frame has opened for": SILENCE_S,
        "an unseen message with a lifetime lives": UNSEEN_LIFE_S,
    }
    table.compare_numbers(seconds, "what", "seconds")


def _file_frame(table: Table) -> None:
    size, data = CHUNK_BYTES + 5, b"\1\2\3\4\5"
    writer = FileWriter(Secret(_SECRET), bytes(32), _FILE, size, 1)
    frame = writer.seal(data)
    assert len(frame) == FILE_FRAME_BYTES
    fields = (
        byte(0x12),
        fixed("pass", frame[1:17]),
        number("index", 4, 1),
        fixed("sealed_chunk", frame[21:]),
    )
    chunk = data.ljust(CHUNK_BYTES, b"\0")
    rows = [
        ("file frame", str(len(frame)), layout_of(frame, *fields)),
        (
            "chunk",
            str(CHUNK_BYTES),
            layout_of(chunk, between("data", data, 1, CHUNK_BYTES), ZEROS),
        ),
    ]
    assert len(frame[21:]) == len(chunk) + 16
    table.compare(rows, "what", "bytes", "layout")


CHECKS: dict[str, Check] = {
    "Kinds": _kinds,
    "Numbers in messages": _numbers,
    "Lifetimes": _lifetimes,
    "Bounds of messages": _bounds,
    "Times of a session": _times,
    "File frame": _file_frame,
}
