"""Contact cards, enrollment tokens, rosters: the statements with names in them."""

import secrets
from dataclasses import FrozenInstanceError
from struct import pack

import pytest

from tests.fakes.account import ISSUED, NOW, Account
from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.certificates import DeviceCert, is_host, is_username
from whisp_desktop.protocol.enrollment import Token
from whisp_desktop.protocol.errors import PeerError, RefusedError
from whisp_desktop.protocol.keys import AccountKeyBytes, DeviceId, DeviceKeys
from whisp_desktop.protocol.roster import Member, Roster
from whisp_desktop.protocol.statements import StatementType, body_of, sign_statement

ONION = "b" * 56 + ".onion:44330"


@pytest.fixture(scope="module")
def account() -> Account:
    return Account()


@pytest.mark.parametrize("name", ["bob", "a_1", "z" * 24, "a__"])
def test_names_that_may_be_claimed(name: str) -> None:
    assert is_username(name)


@pytest.mark.parametrize(
    "name", ["", "bo", "z" * 25, "Bob", "1bob", "_bob", "bob ", "bob\n", "bo-b", "böb", "bob\u0661"]
)
def test_names_that_may_not(name: str) -> None:
    assert not is_username(name)


@pytest.mark.parametrize("host", ["a", "whisp.example", "127.0.0.1:8443", "h" * 62 + ":12345"])
def test_hosts(host: str) -> None:
    assert is_host(host)


@pytest.mark.parametrize(
    "host",
    ["", "h" * 63, "a:", "a:123456", "A.example", "a_b", "a:1\n", "a:\u0661", "[::1]", "a/b"],
)
def test_what_is_no_host(host: str) -> None:
    assert not is_host(host)


# --- cards


@pytest.mark.parametrize("hosts", [(), ("a.example",), ("a", "b", "c", "d")])
def test_a_card_says_what_was_issued(account: Account, hosts: tuple[str, ...]) -> None:
    card = Card.issue(account.signing, issued=ISSUED, username="alice", hosts=hosts)
    assert Card.parse(card.whole) == card
    assert (card.account_key, card.username, card.hosts) == (account.key, "alice", hosts)
    with pytest.raises(FrozenInstanceError):
        card.username = "bob"  # type: ignore[misc]  # that is the test


def test_a_card_of_205_bytes_is_issued_and_one_of_206_is_not(account: Account) -> None:
    card = Card.issue(account.signing, issued=ISSUED, username="a" * 23, hosts=(ONION,))
    assert len(card.whole) == 205
    with pytest.raises(RefusedError) as refusal:
        Card.issue(account.signing, issued=ISSUED, username="a" * 24, hosts=(ONION,))
    assert refusal.value.code == "too_many_servers"


@pytest.mark.parametrize(
    ("username", "hosts", "code"),
    [
        ("Alice", (), "bad_name"),
        ("alice", ("a.example", "not a host"), "bad_server"),
        ("alice", ("a",) * 5, "too_many_servers"),
        ("alice", ("a",) * 300, "too_many_servers"),
    ],
)
def test_a_card_that_nobody_would_read_is_not_issued(
    account: Account, username: str, hosts: tuple[str, ...], code: str
) -> None:
    with pytest.raises(RefusedError) as refusal:
        Card.issue(account.signing, issued=ISSUED, username=username, hosts=hosts)
    assert refusal.value.code == code


def _card_body(account: Account, texts: bytes) -> bytes:
    return account.key + pack(">Q", ISSUED) + texts


@pytest.mark.parametrize(
    "texts",
    [
        b"",
        b"\x05alice",
        b"\x05alice\x01",
        b"\x05alice\x01\x05host",
        b"\x05alice\x00\x00",
        b"\x05alice\x05\x01a\x01b\x01c\x01d\x01e",
        b"\x02al\x00",
        b"\x05ALICE\x00",
        b"\x05alic\xe9\x00",
        b"\x05alice\x01\x01A",
        b"\x05alice\x01\x00",
        b"\x18" + b"a" * 24 + b"\x01\x44" + b"h" * 62 + b":12345",
    ],
)
def test_a_card_of_another_form_is_refused(account: Account, texts: bytes) -> None:
    whole = sign_statement(StatementType.CARD, _card_body(account, texts), account.signing)
    with pytest.raises(PeerError):
        Card.parse(whole)


def test_a_card_of_another_signer_is_refused(account: Account) -> None:
    whole = sign_statement(
        StatementType.CARD, _card_body(account, b"\x05alice\x00"), Account().signing
    )
    assert Card.read(whole).username == "alice"
    with pytest.raises(PeerError, match="signature"):
        Card.parse(whole)


# --- enrollment tokens


def _token(account: Account, host: str = "whisp.example", expires: int = NOW + 120) -> Token:
    return Token.issue(
        account.signing,
        mailbox=b"m" * 8,
        ephemeral_key=b"e" * 32,
        psk=b"p" * 16,
        expires=expires,
        host=host,
    )


def test_a_token_says_what_was_issued(account: Account) -> None:
    token = Token.parse(_token(account, "h" * 37).whole)
    assert len(token.whole) == 205
    assert token == _token(account, "h" * 37)
    assert (token.mailbox, token.ephemeral_key, token.psk) == (b"m" * 8, b"e" * 32, b"p" * 16)
    with pytest.raises(FrozenInstanceError):
        token.host = ""  # type: ignore[misc]  # that is the test


@pytest.mark.parametrize("host", ["", "h" * 38, ONION])
def test_a_host_that_does_not_fit_is_left_to_the_user(account: Account, host: str) -> None:
    assert _token(account, host).host == ""


@pytest.mark.parametrize("seconds_left", [120, 0, -119])
def test_a_token_that_counts(account: Account, seconds_left: int) -> None:
    _token(account, expires=NOW + seconds_left).check_time(NOW)


@pytest.mark.parametrize("seconds_left", [121, -120, -3600])
def test_a_token_that_ran_out_or_lives_too_long(account: Account, seconds_left: int) -> None:
    with pytest.raises(PeerError, match="time"):
        _token(account, expires=NOW + seconds_left).check_time(NOW)


@pytest.mark.parametrize("end", [b"", b"\x01", b"\x01A", b"\x00\x00", b"\x26" + b"h" * 38])
def test_a_token_of_another_form_is_refused(account: Account, end: bytes) -> None:
    fixed = body_of(_token(account, "").whole, StatementType.TOKEN)[:-1]
    whole = sign_statement(StatementType.TOKEN, fixed + end, account.signing)
    with pytest.raises(PeerError):
        Token.parse(whole)


def test_a_token_of_another_signer_is_refused(account: Account) -> None:
    body = body_of(_token(account).whole, StatementType.TOKEN)
    whole = sign_statement(StatementType.TOKEN, body, Account().signing)
    with pytest.raises(PeerError, match="signature"):
        Token.parse(whole)


# --- rosters


@pytest.fixture(scope="module")
def device() -> DeviceKeys:
    return DeviceKeys.generate(secrets.token_bytes)


@pytest.fixture(scope="module")
def cert(account: Account, device: DeviceKeys) -> DeviceCert:
    return account.cert(device)


def _member(number: int) -> Member:
    device_id = DeviceId(bytes((number,)) * 16)
    return Member(AccountKeyBytes(b"k" * 32), device_id, admin=number == 1)


def _roster(
    device: DeviceKeys, cert: DeviceCert, members: list[Member], title: str = "walk"
) -> Roster:
    return Roster.issue(
        device.signing,
        cert,
        group_id=b"g" * 16,
        epoch=1,
        prev=bytes(32),
        issued=NOW,
        title=title,
        members=members,
    )


def test_a_roster_says_what_was_issued_in_order(device: DeviceKeys, cert: DeviceCert) -> None:
    members = [_member(number) for number in range(16, 0, -1)]
    roster = Roster.parse(_roster(device, cert, members).whole, cert)
    assert roster.members == tuple(reversed(members))
    assert (roster.title, roster.signer, roster.epoch) == ("walk", cert.device_id, 1)
    with pytest.raises(FrozenInstanceError):
        roster.epoch = 2  # type: ignore[misc]  # that is the test
    with pytest.raises(FrozenInstanceError):
        roster.members[0].admin = True  # type: ignore[misc]  # that is the test


@pytest.mark.parametrize("title", ["", "é" * 32])
def test_titles_that_fit(device: DeviceKeys, cert: DeviceCert, title: str) -> None:
    assert _roster(device, cert, [_member(1)], title).title == title


def _roster_whole(device: DeviceKeys, end: bytes) -> bytes:
    fixed = b"g" * 16 + pack(">I", 1) + bytes(32) + pack(">Q", NOW) + device.device_id
    return sign_statement(StatementType.ROSTER, fixed + end, device.signing)


@pytest.mark.parametrize(
    "end",
    [
        b"",
        b"\x00\x00",
        b"\x00\x01" + b"m" * 48 + b"\x02",
        b"\x00\x01" + b"m" * 48,
        b"\x00\x01" + b"m" * 48 + b"\x00\x00",
        b"\x01\xff\x01" + b"m" * 48 + b"\x00",
        b"\x41" + b"t" * 65 + b"\x01" + b"m" * 48 + b"\x00",
        b"\x00\x02" + (b"m" * 48 + b"\x00") * 2,
        b"\x00\x02" + b"m" * 48 + b"\x00" + b"m" * 32 + b"l" * 16 + b"\x00",
        b"\x00\x11" + b"".join(b"m" * 32 + bytes((n,)) * 16 + b"\x00" for n in range(17)),
    ],
)
def test_a_roster_of_another_form_is_refused(
    device: DeviceKeys, cert: DeviceCert, end: bytes
) -> None:
    with pytest.raises(PeerError):
        Roster.parse(_roster_whole(device, end), cert)


def test_a_roster_of_another_signer_is_refused(
    account: Account, device: DeviceKeys, cert: DeviceCert
) -> None:
    roster = _roster(device, cert, [_member(1)])
    with pytest.raises(PeerError, match="another signer"):
        Roster.parse(roster.whole, account.cert())
    body = body_of(roster.whole, StatementType.ROSTER)
    with pytest.raises(PeerError, match="signature"):
        Roster.parse(sign_statement(StatementType.ROSTER, body, account.signing), cert)
