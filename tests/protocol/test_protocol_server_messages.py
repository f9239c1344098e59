"""Frames of the server's socket: both directions, each row's shapes, lengths, ranges and size."""

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec.msgpack import encode
from msgspec.structs import replace

from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.server_messages import (
    Announce,
    AnnouncedId,
    Answer,
    Answered,
    ByName,
    DoorsTaken,
    Ended,
    Error,
    Found,
    FoundDevice,
    How,
    Knock,
    Knocked,
    KnockOk,
    LookUpId,
    LookUpName,
    Mail,
    MailboxOk,
    MailboxOpen,
    MailboxSend,
    NewToken,
    Ok,
    OpenDoors,
    Paked,
    PakeStart,
    PakeStep,
    Publish,
    Renew,
    Request,
    Revoked,
    Seen,
    SeenId,
    SeenState,
    ServerFrame,
    Spent,
    TooLargeError,
    Unreachable,
    Watch,
    Why,
    Withdraw,
    Work,
    decode_answer,
    decode_request,
    encode_answer,
    encode_request,
)

ID, EIGHT, M, PAKE = b"i" * 16, b"b" * 8, b"m" * 4096, b"p" * 2048
WORK = Work(b"c" * 41, b"s" * 64)
RAW_WORK = [b"c" * 41, b"s" * 64]
MOST_SEQ = 2**32 - 1

REQUESTS: list[tuple[Request, list[Any]]] = [
    (Publish(1, ByName.EXACT_NAME, (b"s",), (b"c", b"d")), [1, 1, 1, [b"s"], [b"c", b"d"]]),
    (Publish(1, ByName.NOBODY, (), ()), [1, 1, 0, [], []]),
    (Announce(2, (AnnouncedId(ID, 1800, 1),)), [2, 2, [[ID, 1800, 1]]]),
    (Watch(MOST_SEQ, (ID,)), [3, MOST_SEQ, [ID]]),
    (LookUpName(4, "bob", WORK), [4, 4, "bob", RAW_WORK]),
    (LookUpId(4, ID), [4, 4, ID]),
    (Knock(5, EIGHT, M, None), [5, 5, EIGHT, M, None]),
    (Knock(5, EIGHT, M, WORK), [5, 5, EIGHT, M, RAW_WORK]),
    (Knock(5, EIGHT, M, ID), [5, 5, EIGHT, M, ID]),
    (Answer(6, ID, M), [6, 6, ID, M]),
    (OpenDoors(7, ("00", "99"), ID), [7, 7, ["00", "99"], ID]),
    (OpenDoors(7, (), None), [7, 7, [], None]),
    (
        PakeStart(seq=8, username="bob", door="01", work=WORK, frame=PAKE),
        [8, 8, None, "bob", "01", RAW_WORK, PAKE],
    ),
    (PakeStep(8, ID, PAKE), [8, 8, ID, PAKE]),
    (MailboxOpen(seq=9, size=4), [9, 9, "open", 4]),
    (MailboxOpen(seq=9, size=8), [9, 9, "open", 8]),
    (MailboxSend(9, "0123", PAKE), [9, 9, "0123", PAKE]),
    (MailboxSend(9, EIGHT, PAKE), [9, 9, EIGHT, PAKE]),
    (Renew(10), [10, 10]),
    (Withdraw(11, EIGHT, Why.ANSWERED_ELSEWHERE), [11, 11, EIGHT, 1]),
]


@pytest.mark.parametrize(("request_", "array"), REQUESTS)
def test_a_request_is_its_row(request_: Request, array: list[Any]) -> None:
    frame = encode_request(request_)
    assert frame == encode(array)
    assert decode_request(frame) == request_


FOUND_DEVICE = FoundDevice(b"c" * 252, b"b" * 1329)
RAW_DEVICE = [b"c" * 252, b"b" * 1329]
ANSWERS: list[tuple[ServerFrame, list[Any]]] = [
    (Ok(1), [64, 1]),
    (MailboxOk(1, "0123"), [64, 1, "0123"]),
    (MailboxOk(1, EIGHT), [64, 1, EIGHT]),
    (Error(1, "bad_request"), [65, 1, "bad_request"]),
    (DoorsTaken(seq=1, doors=("07",)), [65, 1, "taken", ["07"]]),
    (Seen(ids=(SeenId(ID, SeenState.AWAY),)), [68, 0, [[ID, 2]]]),
    (Knocked(knock=ID, username="bob", how=How.TICKET, m1=M), [69, 0, ID, "bob", 2, M]),
    (Answered(bundle_id=EIGHT, m2=M), [70, 0, EIGHT, M]),
    (Mail(box="0123", frame=PAKE), [72, 0, "0123", PAKE]),
    (Mail(box=EIGHT, frame=PAKE), [72, 0, EIGHT, PAKE]),
    (Spent(bundle_id=EIGHT), [73, 0, EIGHT]),
    (NewToken(1, "token", 900), [74, 1, "token", 900]),
    (Revoked(statements=b"r"), [75, 0, b"r"]),
    (Ended(knock=ID, why=Why.WITHDRAWN), [76, 0, ID, 0]),
]
PADDED: list[tuple[ServerFrame, list[Any], int]] = [
    (KnockOk(1), [64, 1], 64),
    (KnockOk(MOST_SEQ), [64, MOST_SEQ], 64),
    (Found(1, (FOUND_DEVICE,), b"m", b""), [66, 1, [RAW_DEVICE], b"m", b""], 16384),
    (
        Found(MOST_SEQ, (FOUND_DEVICE,) * 4, b"m" * 883, b"s" * 16 * 397),
        [66, MOST_SEQ, [RAW_DEVICE] * 4, b"m" * 883, b"s" * 16 * 397],
        16384,
    ),
    (Unreachable(1), [67, 1], 16384),
    (Paked(seq=0, run=ID, door="01", frame=PAKE), [71, 0, ID, "01", PAKE], 2112),
    (Paked(seq=MOST_SEQ, run=ID, door="01", frame=PAKE), [71, MOST_SEQ, ID, "01", PAKE], 2112),
]


@pytest.mark.parametrize(("answer", "array"), ANSWERS)
def test_an_answer_is_its_row(answer: ServerFrame, array: list[Any]) -> None:
    frame = encode_answer(answer)
    assert frame == encode(array)
    assert decode_answer(frame) == answer


def _padded(array: list[Any], pad_bytes: int) -> bytes:
    return encode([*array, bytes(pad_bytes)])


@pytest.mark.parametrize(("answer", "array", "size_bytes"), PADDED)
def test_an_answer_with_a_pad_has_one_size(answer: Any, array: list[Any], size_bytes: int) -> None:
    frame = encode_answer(answer)
    assert len(frame) == size_bytes
    decoded: Any = decode_answer(frame)
    assert replace(decoded, pad=b"") == answer
    assert frame == _padded(array, len(decoded.pad))


@pytest.mark.parametrize(("answer", "array", "size_bytes"), PADDED)
def test_a_pad_of_another_size_or_with_something_in_it_is_not_read(
    answer: Any, array: list[Any], size_bytes: int
) -> None:
    whole = encode_answer(answer)
    assert len(whole) == size_bytes
    pad_bytes = len(decode_answer(whole).pad)  # type: ignore[union-attr]  # these all have one
    for frame in (
        _padded(array, pad_bytes - 1),
        _padded(array, pad_bytes + 1),
        _padded(array, 0),
        whole[:-1] + b"\x01",
    ):
        with pytest.raises(PeerError) as refusal:
            decode_answer(frame)
        assert not isinstance(refusal.value, TooLargeError)


# --- malformed: 4400


def _with(array: Sequence[Any], place: int, value: object) -> list[Any]:
    return [*array[:place], value, *array[place + 1 :]]


_WRONG_VALUES: list[object] = [
    -1, 1.0, True, 2**32, 2**64 - 1, "x", "é", "", b"", b"x", b"x" * 17, b"x" * 4097,
    [], [[]], {}, None, [None], ["123"], ["0\n"], [b"x" * 15], "open", "12", "12345", 5,
    [b"c" * 41, b"s" * 63], [b"c" * 40, b"s" * 64], [b"c" * 41, b"s" * 64, 0], [[ID, 1801, 0]],
    [[ID, 0, 2]], [[ID, 0]], [[ID, 0, False]], [[ID, -1, 0]],
]  # fmt: skip


@pytest.mark.parametrize(("request_", "array"), REQUESTS)
def test_whatever_stands_in_a_place_is_read_as_it_is_or_not_at_all(
    request_: Request, array: list[Any]
) -> None:
    refused = 0
    for place in range(1, len(array)):
        for value in _WRONG_VALUES:
            frame = encode(_with(array, place, value))
            try:
                found = decode_request(frame)
            except PeerError:
                refused += 1
            else:
                assert encode_request(found) == frame
                assert type(found) in {type(request_), LookUpId, LookUpName}
    assert refused > len(_WRONG_VALUES) // 2


@pytest.mark.parametrize(
    "array",
    [
        [1, 0, 0, [], []],
        [1, MOST_SEQ + 1, 0, [], []],
        [1, 1, 3, [], []],
        [1, 1, True, [], []],
        [1, 1, 0, ["text"], []],
        [2, 1, [[ID, 1801, 0]]],
        [2, 1, [[ID, 1, 2]]],
        [2, 1, [[ID[1:], 1, 0]]],
        [2, 1, [[ID, 1, 0]] * 1025],
        [3, 1, [ID] * 4097],
        [3, 1, [ID[1:]]],
        [4, 1, "bob"],
        [4, 1, "bob", None],
        [4, 1, ID, RAW_WORK],
        [4, 1, ID[1:]],
        [4, 1, "bob", [b"c" * 41, b"s" * 63]],
        [4, 1, "bob", [b"c" * 42, b"s" * 64]],
        [5, 1, EIGHT, M],
        [5, 1, EIGHT, M[1:], None],
        [5, 1, EIGHT, M, EIGHT],
        [5, 1, EIGHT, M, "ticket"],
        [6, 1, ID, M[1:]],
        [7, 1, ["1"], None],
        [7, 1, ["100"], None],
        [7, 1, ["1\n"], None],
        [7, 1, ["a1"], None],
        [7, 1, [1], None],
        [7, 1, ["01"] * 33, None],
        [7, 1, ["01"]],
        [8, 1, None, "bob", "1", RAW_WORK, PAKE],
        [8, 1, ID, "bob", "01", RAW_WORK, PAKE],
        [8, 1, None, PAKE],
        [8, 1, ID, PAKE[1:]],
        [9, 1, "open", 5],
        [9, 1, "open", 4.0],
        [9, 1, "shut", 4],
        [9, 1, "open", PAKE],
        [9, 1, "123", PAKE],
        [9, 1, EIGHT[1:], PAKE],
        [9, 1, "1234", PAKE[1:]],
        [10],
        [10, 1, None],
        [11, 1, EIGHT, 2],
        [11, 1, EIGHT],
        [0, 1],
        [12, 1],
        [64, 1],
        [],
        {},
        "text",
        [[10], 1],
    ],
)
def test_a_request_outside_its_row_is_malformed(array: object) -> None:
    with pytest.raises(PeerError) as refusal:
        decode_request(encode(array))
    assert not isinstance(refusal.value, TooLargeError)


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"\x92",
        encode([10, 1]) + b"\x00",
        encode([10, 1])[:-1],
        b"\xdc\x00\x02\x0a\x01",
        b"\x92\xcc\x0a\x01",
        b"\x92\x0a\xc1",
        b"\x94\x04\x01\xa1\xff" + encode(RAW_WORK),
        b"\x93\x03\x01" + b"\x91" * 60_000,
    ],
)
def test_bytes_that_are_no_such_array_are_malformed(frame: bytes) -> None:
    with pytest.raises(PeerError) as refusal:
        decode_request(frame)
    assert not isinstance(refusal.value, TooLargeError)


# --- too large: 4413


@pytest.mark.parametrize(
    ("tag", "most_bytes"),
    [
        (1, 6144),
        (2, 24_576),
        (3, 81_920),
        (4, 512),
        (5, 5120),
        (6, 5120),
        (7, 256),
        (8, 3072),
        (9, 3072),
        (10, 64),
        (11, 64),
    ],
)
def test_a_request_above_its_rows_size_is_too_large(tag: int, most_bytes: int) -> None:
    head = b"\x93" + bytes((tag, 1))
    with pytest.raises(PeerError, match="another form"):
        decode_request(head + bytes(most_bytes - 3))
    with pytest.raises(TooLargeError):
        decode_request(head + bytes(most_bytes - 2))


@pytest.mark.parametrize(
    "array",
    [
        [2, MOST_SEQ, [[ID, 1800, 1]] * 1024],
        [3, MOST_SEQ, [ID] * 4096],
        [1, MOST_SEQ, 2, [bytes(1329)] * 2, [bytes(1329)] * 2],
        [7, MOST_SEQ, ["01"] * 32, ID],
        [4, MOST_SEQ, "b" * 24, RAW_WORK],
    ],
)
def test_the_largest_requests_fit_their_rows(array: list[Any]) -> None:
    assert encode_request(decode_request(encode(array))) == encode(array)


def test_a_frame_of_nobodys_tag_is_malformed_whatever_its_size() -> None:
    with pytest.raises(PeerError, match="another form"):
        decode_request(b"\x92\x00" + bytes(100_000))


# --- what a client passes over


@pytest.mark.parametrize(
    "array",
    [
        [64, MOST_SEQ + 1],
        [64, -1],
        [64, 1, "123"],
        [64, 1, EIGHT[1:]],
        [65, 1],
        [65, 1, b"code"],
        [65, 1, "stale", ["01"]],
        [66, 1, [], b"m", b"", b""],
        [66, 1, [RAW_DEVICE] * 5, b"m", b"", b""],
        [66, 1, [[b"c" * 251, b"b" * 1329]], b"m", b"", b""],
        [68, 0, [[ID, 3]]],
        [68, 0, [[ID, 1]] * 1025],
        [69, 0, ID, "Bob", 1, M],
        [69, 0, ID, "bob\n", 1, M],
        [69, 0, ID, "bob", 3, M],
        [69, 0, ID, "bob", 1, M[1:]],
        [70, 0, EIGHT, M[1:]],
        [72, 0, "12345", PAKE],
        [73, 0, ID],
        [74, 1, "token", -1],
        [75, 0, "text"],
        [76, 0, ID, 2],
        [10, 1],
        [77, 0],
    ],
)
def test_an_answer_outside_its_row_is_not_read(array: list[Any]) -> None:
    with pytest.raises(PeerError) as refusal:
        decode_answer(encode(array))
    assert not isinstance(refusal.value, TooLargeError)


def test_a_client_closes_above_32_kib() -> None:
    frame = encode([75, 0, bytes(32_768 - 6)])
    assert len(frame) == 32_768
    assert encode_answer(decode_answer(frame)) == frame
    with pytest.raises(TooLargeError):
        decode_answer(encode([75, 0, bytes(32_768 - 5)]))
