"""What two peers say: every kind comes out as it went in, and no wrong body passes."""

import secrets
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.harness import Client
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.file_messages import (
    CancelReason,
    FileAccept,
    FileCancel,
    FileDone,
    FileOffer,
    FileView,
)
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.protocol.message_fields import LIFETIMES_S, PeerMessage
from whisp_desktop.protocol.peer_messages import (
    Bye,
    ByeReason,
    Contact,
    Delete,
    Nothing,
    Receipt,
    Renew,
    State,
    Statements,
    Text,
    Timer,
    Typing,
    Wake,
    decode,
    encode,
)

ALICE = Client("alice")
CERT, CARD = ALICE.cert.whole, ALICE.card
ID = b"\0\0\0\0\0\0\0\1"
NO_ID = bytes(8)

ids = st.binary(min_size=8, max_size=8).filter(any)
many_ids = st.lists(ids, min_size=1, max_size=256).map(tuple)
lifetimes = st.sampled_from(LIFETIMES_S)
file_ids = st.binary(min_size=16, max_size=16)
hashes = st.binary(min_size=32, max_size=32)


def words(least: int, most: int) -> st.SearchStrategy[str]:
    text = st.text(st.characters(codec="utf-8"), max_size=most)
    return text.filter(lambda text: least <= len(text.encode()) <= most)


offers = st.builds(
    FileOffer,
    id=ids,
    file_id=file_ids,
    size_bytes=st.integers(0, 2**24),
    view=st.sampled_from(FileView),
    lifetime_s=lifetimes,
    name=words(1, 255),
)
messages = st.one_of(
    st.builds(Nothing),
    st.builds(Bye, st.sampled_from(ByeReason)),
    st.sampled_from([Statements(CERT), Statements(CERT + CARD.whole)]),
    st.builds(
        State,
        st.integers(0, 65_535),
        st.integers(0, 2),
        st.integers(0, 1),
        st.integers(0, 3),
        away=st.booleans(),
    ),
    st.builds(Renew, st.binary(min_size=181, max_size=181)),
    st.builds(Wake, st.binary(min_size=16, max_size=16)),
    st.builds(Contact, st.just(CARD), st.booleans(), words(0, 64)),
    st.builds(Text, ids, lifetimes, st.none() | ids, words(1, 12_000).map(str.encode)),
    st.builds(Receipt, st.integers(1, 2), many_ids),
    st.builds(Typing, st.booleans()),
    st.builds(Timer, lifetimes),
    st.builds(Delete, many_ids),
    offers,
    st.builds(FileAccept, file_ids, st.integers(0, 2**32 - 1), hashes.map(Secret)),
    st.builds(FileDone, file_ids, hashes),
    st.builds(FileCancel, file_ids, st.sampled_from(CancelReason)),
)
KINDS = [*range(7), *range(0x10, 0x15), *range(0x20, 0x24)]


@given(message=messages)
def test_a_message_comes_out_as_it_went_in(message: PeerMessage) -> None:
    kind, body = encode(message)
    assert kind in KINDS
    assert len(body) <= 14_000
    assert decode(kind, body) == message


@given(kind=st.sampled_from(KINDS), body=st.binary(max_size=120))
def test_any_body_is_refused_or_exact(kind: int, body: bytes) -> None:
    try:
        message = decode(kind, body)
    except PeerError:
        return
    assert message is not None
    assert encode(message) == (kind, body)


@given(message=messages, data=st.data())
def test_a_body_that_was_changed_is_refused_or_exact(
    message: PeerMessage, data: st.DataObject
) -> None:
    kind, body = encode(message)
    changed = bytearray(body) or bytearray(1)
    place = data.draw(st.integers(0, len(changed) - 1))
    changed[place] ^= data.draw(st.integers(1, 255))
    for wrong in (bytes(changed), body[:place], body + b"\0"):
        try:
            read = decode(kind, wrong)
        except PeerError:
            continue
        assert read is not None
        assert encode(read) == (kind, wrong)


@pytest.mark.parametrize("kind", sorted({*range(256)} - {*KINDS, 0x30, 0x31, 0x32}))
def test_an_unknown_kind_is_passed_over(kind: int) -> None:
    assert decode(kind, secrets.token_bytes(20)) is None


def wrong_bodies() -> Iterator[tuple[int, bytes]]:
    """Give one body for each way to be wrong; the rest of each is right."""
    yield from [(0x00, b"\0")]
    yield from [(0x01, b""), (0x01, b"\3"), (0x01, b"\0\0")]
    yield from [(0x02, b""), (0x02, CERT[:-1]), (0x02, CERT + b"\0"), (0x02, b"WSP2" + CERT[4:])]
    yield from [(0x03, bytes(5)), (0x03, bytes(7))]
    yield from [(0x03, b"\0\1" + rest) for rest in (b"\3\0\0\0", b"\0\2\0\0", b"\0\0\4\0")]
    yield from [(0x03, b"\0\1\0\0\0\2")]
    yield from [(0x04, bytes(180)), (0x04, bytes(182))]
    yield from [(0x05, bytes(15)), (0x05, bytes(17))]
    head = len(CARD.whole).to_bytes(2, "big") + CARD.whole
    yield from [(0x06, head), (0x06, head + b"\2\0"), (0x06, head + b"\0\1"), (0x06, b"\0\0\0\0")]
    yield from [(0x06, head + b"\0\2\xc3\x28"), (0x06, head + b"\0\x41" + b"a" * 65)]
    yield 0x06, head[:-1] + bytes([head[-1] ^ 1]) + b"\0\0"
    whole_text = [ID, b"\0\0\0\5", NO_ID, b"hello"]
    for place, wrong in enumerate([NO_ID, b"\0\0\0\6", b"", b""]):
        yield 0x10, b"".join((*whole_text[:place], wrong, *whole_text[place + 1 :]))
    yield from [(0x10, b"".join((*whole_text[:3], b"\xff"))), (0x10, b"")]
    yield from [(0x10, b"".join((*whole_text[:3], b"\xed\xa0\x80")))]  # a surrogate
    yield from [(0x10, b"".join((*whole_text[:3], b"a" * 12_001)))]
    yield from [(0x11, b"\0" + ID), (0x11, b"\3" + ID), (0x11, b"\1"), (0x11, b"\1" + ID[:-1])]
    yield from [(0x11, b"\1" + ID * 257), (0x11, b"\2" + ID + NO_ID), (0x11, b"")]
    yield from [(0x12, b""), (0x12, b"\2"), (0x12, b"\1\1")]
    yield from [(0x13, b""), (0x13, b"\0\0\0\1"), (0x13, bytes(5))]
    yield from [(0x14, b""), (0x14, NO_ID), (0x14, ID + b"\0"), (0x14, ID * 257)]
    whole_offer = [ID, bytes(16), bytes(8), b"\1", bytes(4), b"a"]
    big = (2**24 + 1).to_bytes(8, "big")
    bigger = (2**40 + 1).to_bytes(8, "big")
    for place, wrong in [
        (0, NO_ID),
        (2, big),
        (3, b"\3"),
        (4, b"\1\1\1\1"),
        (5, b""),
        (5, b"\xff"),
    ]:
        yield 0x20, b"".join((*whole_offer[:place], wrong, *whole_offer[place + 1 :]))
    yield 0x20, b"".join((ID, bytes(16), bigger, b"\0", bytes(4), b"a"))
    yield 0x20, b"".join((*whole_offer[:5], b"a" * 256))
    yield from [(0x21, bytes(51)), (0x21, bytes(53)), (0x22, bytes(47)), (0x22, bytes(49))]
    yield from [(0x23, bytes(16)), (0x23, bytes(16) + b"\4"), (0x23, bytes(18))]


WRONG_BODIES = list(wrong_bodies())
PLACES = [f"{kind:02x}-{place}" for place, (kind, _) in enumerate(WRONG_BODIES)]


@pytest.mark.parametrize(("kind", "body"), WRONG_BODIES, ids=PLACES)
def test_a_wrong_body_of_a_known_kind(kind: int, body: bytes) -> None:
    with pytest.raises(PeerError):
        decode(kind, body)


def test_limits_that_pass() -> None:
    for message in (
        Text(ID, 0, None, b"a"),
        Text(ID, 86_400, ID, b"\xf0\x9f\x91\x8b" * 3000),
        Receipt(2, (ID,) * 256),
        FileOffer(ID, bytes(16), 2**40, FileView.KEEP, 0, "a" * 255),
        FileOffer(ID, bytes(16), 2**24, FileView.ONCE, 5, "a"),
        State(65_535, 2, 1, 3, away=True),
    ):
        assert decode(*encode(message)) == message


def test_text_on_the_wire() -> None:
    """The very bytes of a frame in the public vectors."""
    body = bytes.fromhex("00000000000000010000003c000000000000000068656c6c6f")
    assert decode(0x10, body) == Text(ID, 60, None, b"hello")
