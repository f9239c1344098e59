"""Foreign bytes of any kind: PeerError comes out, or something that was really signed."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.msgpack import encode

from tests.fakes.account import ISSUED, NOW, Account
from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.certificates import DeviceCert, Manifest, check_login, split_statements
from whisp_desktop.protocol.enrollment import Token
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.invite import Invite
from whisp_desktop.protocol.keys import DeviceKeys
from whisp_desktop.protocol.prekeys import Bundle, PrivateBundle
from whisp_desktop.protocol.proof_of_work import Challenge, check_challenge, verify
from whisp_desktop.protocol.qr_text import base45_decode, parse_statement_qr, statement_qr
from whisp_desktop.protocol.revocation import Revocation, Standing, parse_revocations
from whisp_desktop.protocol.roster import Member, Roster
from whisp_desktop.protocol.server_messages import (
    KnockOk,
    Unreachable,
    Work,
    decode_answer,
    decode_request,
    encode_answer,
)
from whisp_desktop.protocol.statements import StatementType, sign_statement

ACCOUNT = Account()
DEVICE = DeviceKeys.generate(lambda size_bytes: bytes(range(size_bytes)))
CERT = ACCOUNT.cert(DEVICE)
REVOCATION = ACCOUNT.revoke(ACCOUNT.cert(), by=CERT)
CARD = Card.issue(ACCOUNT.signing, issued=ISSUED, username="alice", hosts=("a.example", "b:1"))
CHALLENGE = Challenge.parse(Challenge.mint(b"key", 8, NOW, bytes))
STANDING_NEWS = ACCOUNT.manifest([CERT]).whole + REVOCATION.statements
TOKEN = Token.issue(
    ACCOUNT.signing,
    mailbox=bytes(8),
    ephemeral_key=bytes(32),
    psk=bytes(16),
    expires=NOW,
    host="whisp.example",
)
ROSTER = Roster.issue(
    DEVICE.signing,
    CERT,
    group_id=bytes(16),
    epoch=1,
    prev=bytes(32),
    issued=NOW,
    title="walk",
    members=[Member(CERT.account_key, CERT.device_id, admin=True)],
)
BUNDLE = PrivateBundle.make(DEVICE, NOW, bytes).bundle

Parse = Callable[[bytes], object]
PARSERS: dict[str, tuple[Parse, bytes]] = {
    "split_statements": (split_statements, STANDING_NEWS),
    "DeviceCert": (DeviceCert.parse, CERT.whole),
    "Manifest": (Manifest.parse, ACCOUNT.manifest([CERT, ACCOUNT.cert()]).whole),
    "Revocation": (lambda whole: Revocation.parse(whole, CERT), REVOCATION.whole),
    "parse_revocations": (parse_revocations, REVOCATION.statements),
    "Standing": (lambda news: Standing(ACCOUNT.key).take(news, NOW), STANDING_NEWS),
    "Bundle": (lambda whole: Bundle.parse(whole, CERT), BUNDLE.whole),
    "Token": (Token.parse, TOKEN.whole),
    "Card": (Card.parse, CARD.whole),
    "Roster": (lambda whole: Roster.parse(whole, CERT), ROSTER.whole),
    "Challenge": (Challenge.parse, CHALLENGE.whole),
    "check_challenge": (lambda whole: check_challenge(b"key", whole, NOW), CHALLENGE.whole),
    "verify": (lambda solution: verify(CHALLENGE, bytes(32), solution), bytes(64)),
    "check_login": (lambda signature: check_login(CERT, "a", bytes(41), signature), bytes(64)),
    "decode_request": (
        decode_request,
        encode([8, 1, None, "bob", "01", Work(bytes(41), bytes(64)), bytes(2048)]),
    ),
    "decode_answer": (decode_answer, encode_answer(Unreachable(1))),
    "decode_answer, small": (decode_answer, encode_answer(KnockOk(1))),
}


@st.composite
def _mutated(draw: st.DrawFn, good: bytes) -> bytes:
    """Cut, filled or with bytes changed."""
    data = bytearray(good)
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 4))
        data[at : at + length] = draw(st.binary(max_size=4))
    return bytes(data)


@pytest.mark.parametrize("name", PARSERS)
@settings(deadline=None)
@given(data=st.data())
def test_nothing_but_a_peer_error_comes_out(name: str, data: st.DataObject) -> None:
    parse, good = PARSERS[name]
    foreign = data.draw(st.binary(max_size=300) | _mutated(good))
    try:
        parse(foreign)
    except PeerError:
        assert foreign != good or name in ("verify", "check_login", "check_challenge")


SIGNED: dict[str, tuple[Parse, StatementType, bytes, bool]] = {
    "DeviceCert": (DeviceCert.parse, StatementType.DEVICE_CERT, CERT.whole, False),
    "Manifest": (Manifest.parse, StatementType.MANIFEST, ACCOUNT.manifest([CERT]).whole, False),
    "Revocation": (
        lambda whole: Revocation.parse(whole, CERT),
        StatementType.REVOCATION,
        REVOCATION.whole,
        True,
    ),
    "Bundle": (lambda whole: Bundle.parse(whole, CERT), StatementType.BUNDLE, BUNDLE.whole, True),
    "Token": (Token.parse, StatementType.TOKEN, TOKEN.whole, False),
    "Card": (Card.parse, StatementType.CARD, CARD.whole, False),
    "Roster": (lambda whole: Roster.parse(whole, CERT), StatementType.ROSTER, ROSTER.whole, True),
}


@pytest.mark.parametrize("name", SIGNED)
@settings(deadline=None)
@given(data=st.data())
def test_nor_from_a_body_that_its_signer_really_signed(name: str, data: st.DataObject) -> None:
    parse, kind, good, by_device = SIGNED[name]
    body = data.draw(_mutated(good[7:-64]))
    whole = sign_statement(kind, body, DEVICE.signing if by_device else ACCOUNT.signing)
    try:
        parsed: Any = parse(whole)
    except PeerError:
        assert whole != good
    else:
        assert parsed.whole == whole


LINK = Invite(CARD, (None, bytes(32))).link
TEXT_PARSERS: dict[str, tuple[Callable[[str], object], str]] = {
    "Invite": (Invite.parse, LINK),
    "parse_statement_qr": (parse_statement_qr, statement_qr(CARD.whole)),
    "base45_decode": (base45_decode, statement_qr(CARD.whole)[3:]),
}


@pytest.mark.parametrize("name", TEXT_PARSERS)
@settings(deadline=None)
@given(data=st.data())
def test_nor_from_any_text(name: str, data: st.DataObject) -> None:
    parse, good = TEXT_PARSERS[name]
    at = data.draw(st.integers(0, len(good)))
    between = data.draw(st.text(max_size=4))
    foreign = data.draw(st.text() | st.just(good[:at] + between + good[at + len(between) :]))
    try:
        parse(foreign)
    except PeerError:
        assert foreign != good
