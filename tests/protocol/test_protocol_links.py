"""QR texts and invite links: one way to write each, and nothing else is read."""

from base64 import urlsafe_b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.account import ISSUED, NOW, Account
from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.enrollment import Token
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.invite import Invite
from whisp_desktop.protocol.qr_text import (
    MOST_QR_CHARACTERS,
    base45_decode,
    base45_encode,
    parse_sheet_qr,
    parse_statement_qr,
    sheet_qr,
    statement_qr,
)

ACCOUNT = Account()


def _card(*hosts: str) -> Card:
    return Card.issue(ACCOUNT.signing, issued=ISSUED, username="alice", hosts=hosts)


# --- base45


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"AB", "BB8"),
        (b"Hello!!", "%69 VD92EX0"),
        (b"base-45", "UJCLQE7W581"),
        (b"ietf!", "QED8WEX0"),
        (b"", ""),
    ],
)
def test_base45_of_rfc_9285(data: bytes, text: str) -> None:
    assert base45_encode(data) == text
    assert base45_decode(text) == data


@pytest.mark.parametrize("text", ["GGW", ":::", "::", "UU", "A", "BB8A", "bb8", "BB\n", "é00"])
def test_what_is_no_base45_is_refused(text: str) -> None:
    with pytest.raises(PeerError):
        base45_decode(text)


def test_the_greatest_values_are_read() -> None:
    assert base45_decode("FGW") == b"\xff\xff"
    assert base45_decode("U5") == b"\xff"


@settings(deadline=None)
@given(st.binary())
def test_bytes_come_back(data: bytes) -> None:
    assert base45_decode(base45_encode(data)) == data


@settings(deadline=None)
@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"))
def test_there_is_one_way_to_write_them(text: str) -> None:
    try:
        data = base45_decode(text)
    except PeerError:
        return
    assert base45_encode(data) == text


# --- QR texts


def test_cards_and_tokens_come_in_qr_codes_of_version_10() -> None:
    token = Token.issue(
        ACCOUNT.signing,
        mailbox=bytes(8),
        ephemeral_key=bytes(32),
        psk=bytes(16),
        expires=NOW,
        host="h" * 37,
    )
    for whole in (token.whole, _card("a.example").whole):
        assert parse_statement_qr(statement_qr(whole)) == whole
    assert len(statement_qr(token.whole)) == MOST_QR_CHARACTERS


def test_qr_texts_of_anything_else_are_refused() -> None:
    card = _card()
    texts = [
        statement_qr(ACCOUNT.cert().whole[:200]),
        statement_qr(card.whole + card.whole),
        statement_qr(b""),
        statement_qr(ACCOUNT.revoke(ACCOUNT.cert()).whole),
        statement_qr(ACCOUNT.manifest([]).whole),
        statement_qr(card.whole).lower(),
        statement_qr(card.whole) + "A",
        statement_qr(card.whole).removeprefix("W1:"),
        statement_qr(card.whole) + "0" * MOST_QR_CHARACTERS,
        sheet_qr(bytes(65)),
    ]
    for text in texts:
        with pytest.raises(PeerError):
            parse_statement_qr(text)


def test_a_sheet_has_texts_of_its_own() -> None:
    assert parse_sheet_qr(sheet_qr(bytes(65))) == bytes(65)
    for text in (statement_qr(bytes(65)), sheet_qr(bytes(300)), "", "W1R:é"):
        with pytest.raises(PeerError):
            parse_sheet_qr(text)


# --- invite links


@pytest.mark.parametrize(
    ("hosts", "pins"),
    [
        ((), ()),
        (("a.example",), (None,)),
        (("a.example", "b.example"), (bytes(range(32)), None)),
        (("a", "b", "c", "d"), (None, b"\xff" * 32, None, bytes(32))),
    ],
)
def test_an_invite_says_what_was_put_in(
    hosts: tuple[str, ...], pins: tuple[bytes | None, ...]
) -> None:
    invite = Invite(_card(*hosts), pins)
    assert Invite.parse(invite.link) == invite


def _link(card: bytes, *pins: str) -> str:
    return ".".join((f"whisp:1#{urlsafe_b64encode(card).decode().rstrip('=')}", *pins))


def test_links_of_another_form_are_refused() -> None:
    card = _card("a.example")
    pin = "A" * 43
    assert Invite.parse(_link(card.whole, pin)).pins == (bytes(32),)
    stranger = Card.issue(Account().signing, issued=ISSUED, username="alice", hosts=())
    for link in (
        "",
        "whisp:1#",
        _link(card.whole),
        _link(card.whole, pin, ""),
        _link(card.whole, "A" * 42),
        _link(card.whole, "A" * 42 + "B"),
        _link(card.whole, pin + "="),
        _link(card.whole, "A" * 44),
        _link(card.whole, "A" * 42 + "é"),
        _link(card.whole, "A" * 45),
        _link(card.whole, f" {pin}"),
        _link(card.whole[:39] + stranger.whole[39:], ""),
        _link(card.whole, "A" * 500),
        _link(card.whole, "").replace("whisp:", "whisp://"),
        _link(card.whole, "").removeprefix("whisp:1#"),
    ):
        with pytest.raises(PeerError):
            Invite.parse(link)
