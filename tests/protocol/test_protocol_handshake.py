"""WHK1 and FIN: both sides agree, and whatever is not genuine is met with silence and no change."""

import secrets
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.harness import NOW, ROUTE, Client
from whisp_desktop.protocol import handshake
from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.certificates import DAY_S, DeviceCert
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.fin import check_fin, fin_message
from whisp_desktop.protocol.handshake import Agreement, Initiator, Responder
from whisp_desktop.protocol.keys import Secret, SigningKey, encapsulate
from whisp_desktop.protocol.statements import StatementType, sign_statement

SECRETS = ("rk", "hka", "nhkb", "fa", "fb", "kpair")
OTHER_ROUTE = ROUTE.replace(b"p" * 22, b"q" * 22)


@pytest.fixture
def alice() -> Client:
    return Client("alice")


@pytest.fixture
def bob() -> Client:
    return Client("bob")


def flip(message: bytes, bit: int) -> bytes:
    """Return the message with one bit changed."""
    changed = bytearray(message)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def answer(responder: Responder) -> tuple[bytes, Agreement]:
    return responder.write(OTHER_ROUTE, secrets.token_bytes, encapsulate)


def agree(alice: Client, bob: Client, psk: bytes | None = None) -> tuple[Agreement, Agreement]:
    """Run the whole handshake, each side with its own copy of the psk."""
    initiator = alice.initiator(bob, None if psk is None else Secret(psk))
    m1 = initiator.write(ROUTE)
    m2, agreed_b = answer(bob.responder(m1, None if psk is None else Secret(psk)))
    return initiator.read(m2)[1], agreed_b


# Agreement


@pytest.mark.parametrize("psk", [None, b"k" * 32])
def test_both_sides_agree_on_everything(alice: Client, bob: Client, psk: bytes | None) -> None:
    one, other = agree(alice, bob, psk)
    assert one.sid == other.sid
    assert len(one.sid) == 32
    for name in SECRETS:
        assert getattr(one, name) == getattr(other, name)
    assert len({bytes(getattr(one, name).data) for name in SECRETS}) == len(SECRETS)
    assert one.initiator
    assert not other.initiator
    assert other.own_dh is not None
    assert other.own_kem is not None
    assert (one.their_dh, one.their_kem) == (other.own_dh.public, other.own_kem.public)


def test_each_side_learns_who_the_other_is_and_how_to_reach_it(alice: Client, bob: Client) -> None:
    initiator = alice.initiator(bob)
    m1 = initiator.write(ROUTE)
    responder = bob.responder(m1)
    assert (responder.cert, responder.card, responder.route) == (alice.cert, alice.card, ROUTE)
    m2, _ = answer(responder)
    assert initiator.read(m2)[0] == OTHER_ROUTE
    assert (len(m1), len(m2)) == (4096, 4096)


def test_messages_show_no_identity_and_do_not_repeat(alice: Client, bob: Client) -> None:
    first, second = (alice.initiator(bob).write(ROUTE) for _ in range(2))
    for hidden in (alice.cert.whole[7:], alice.account.public, alice.device.device_id, b"alice"):
        assert hidden not in first
    assert first[:9] == second[:9] == b"\x01" + bob.bundle.bundle.bundle_id
    same_bytes = sum(one == other for one, other in zip(first[9:], second[9:], strict=True))
    assert same_bytes < 60  # of 4,087; chance alone gives 16


def test_two_sessions_share_no_key(alice: Client, bob: Client) -> None:
    (one, _), (other, _) = agree(alice, bob), agree(alice, bob)
    assert one.sid != other.sid
    assert all(getattr(one, name) != getattr(other, name) for name in SECRETS)


def test_the_ticket_of_a_friend_code_changes_every_key(alice: Client, bob: Client) -> None:
    m1 = alice.initiator(bob, Secret(b"k" * 32)).write(ROUTE)
    with pytest.raises(PeerError):
        bob.responder(m1)
    with pytest.raises(PeerError):
        bob.responder(m1, Secret(b"l" * 32))
    assert bob.responder(m1, Secret(b"k" * 32)).cert == alice.cert


# What B refuses, in B's order; after each the bundle still opens a genuine m1


def assert_silence(bob: Client, m1: bytes, genuine: bytes, now: int = NOW) -> None:
    with pytest.raises(PeerError):
        bob.responder(m1, now=now)
    assert bob.responder(genuine).route == ROUTE


def test_m1_of_another_size(alice: Client, bob: Client) -> None:
    """Its size alone gives it away, before any key of B's is asked."""
    m1 = alice.initiator(bob).write(ROUTE)
    for wrong in (b"", m1[:1], m1[:-1], m1 + b"\0", m1 + m1):
        with pytest.raises(PeerError, match="m1 has another form"):
            bob.responder(wrong)
        assert bob.responder(m1).route == ROUTE


@pytest.mark.parametrize("start", [b"\x00", b"\x02", b"\x03"])
def test_m1_of_another_type(alice: Client, bob: Client, start: bytes) -> None:
    m1 = alice.initiator(bob).write(ROUTE)
    assert_silence(bob, start + m1[1:], m1)


@pytest.mark.parametrize("bundle_id", [bytes(8), b"\xff" * 8])
def test_m1_for_another_bundle(alice: Client, bob: Client, bundle_id: bytes) -> None:
    m1 = alice.initiator(bob).write(ROUTE)
    with pytest.raises(PeerError, match="another bundle"):
        bob.responder(m1[:1] + bundle_id + m1[9:])
    assert bob.responder(m1).route == ROUTE


@pytest.mark.parametrize("after_s", [-121, 420])
def test_a_bundle_that_does_not_count_now(alice: Client, bob: Client, after_s: int) -> None:
    m1 = alice.initiator(bob).write(ROUTE)
    assert_silence(bob, m1, m1, NOW + after_s)


@pytest.mark.parametrize("low_order", [bytes(32), b"\1" + bytes(31)])
def test_an_ephemeral_key_of_small_order(alice: Client, bob: Client, low_order: bytes) -> None:
    m1 = alice.initiator(bob).write(ROUTE)
    assert_silence(bob, m1[:9] + low_order + m1[41:], m1)


@settings(max_examples=60, deadline=None)
@given(bit=st.integers(8, 4096 * 8 - 1))
def test_one_bit_of_m1_changed(bit: int) -> None:
    alice, bob = Client("alice"), Client("bob")
    m1 = alice.initiator(bob).write(ROUTE)
    assert_silence(bob, flip(m1, bit), m1)


def test_m1_under_another_certificate_of_b(alice: Client, bob: Client) -> None:
    """An m1 made for B's certificate of yesterday is for somebody who does not exist any more."""
    renewed = DeviceCert.issue(
        bob.account,
        bob.device,
        issued=bob.cert.issued,
        expires=bob.cert.expires,
        epoch=2,
        flags=bob.cert.flags,
    )
    m1 = alice.initiator(bob).write(ROUTE)
    with pytest.raises(PeerError):
        Responder.read(m1, bundle=bob.bundle, device=bob.device, cert=renewed, psk=None, now=NOW)


def test_a_stolen_certificate_without_its_agreement_key(alice: Client, bob: Client) -> None:
    thief = Client("thief")
    thief.cert, thief.card = alice.cert, alice.card
    genuine = alice.initiator(bob).write(ROUTE)
    assert_silence(bob, thief.initiator(bob).write(ROUTE), genuine)


def forge(alice: Client, bob: Client, **fields: object) -> bytes:
    """Return an m1 by a client that puts whatever it likes into it."""
    initiator = alice.initiator(bob)
    for name, value in fields.items():
        setattr(initiator, f"_{name}", value)
    return initiator.write(ROUTE)


def test_a_certificate_with_a_wrong_signature(alice: Client, bob: Client) -> None:
    cert = replace(alice.cert, whole=flip(alice.cert.whole, 251 * 8))
    assert_silence(bob, forge(alice, bob, cert=cert), forge(alice, bob))


def test_a_certificate_without_possession(alice: Client, bob: Client) -> None:
    body = alice.cert.whole[7:-64]
    whole = sign_statement(StatementType.DEVICE_CERT, flip(body, 120 * 8), alice.account)
    assert_silence(bob, forge(alice, bob, cert=replace(alice.cert, whole=whole)), forge(alice, bob))


def test_something_that_is_no_certificate(alice: Client, bob: Client) -> None:
    cert = replace(alice.cert, whole=bytes(252))
    assert_silence(bob, forge(alice, bob, cert=cert), forge(alice, bob))


@pytest.mark.parametrize("shift_s", [10 * DAY_S, -90 * DAY_S])
def test_a_certificate_that_does_not_count_now(alice: Client, bob: Client, shift_s: int) -> None:
    cert = DeviceCert.issue(
        alice.account,
        alice.device,
        issued=alice.cert.issued + shift_s,
        expires=alice.cert.issued + shift_s + DAY_S,
        epoch=1,
        flags=alice.cert.flags,
    )
    assert_silence(bob, forge(alice, bob, cert=cert), forge(alice, bob))


def test_a_card_with_a_wrong_signature(alice: Client, bob: Client) -> None:
    card = replace(alice.card, whole=flip(alice.card.whole, 8 * len(alice.card.whole) - 9))
    assert_silence(bob, forge(alice, bob, card=card), forge(alice, bob))


def test_a_card_of_another_account(alice: Client, bob: Client) -> None:
    stranger = SigningKey.generate(secrets.token_bytes)
    card = Card.issue(stranger, issued=alice.cert.issued, username="alice", hosts=())
    assert_silence(bob, forge(alice, bob, card=card), forge(alice, bob))


def test_a_route_of_another_form(alice: Client, bob: Client) -> None:
    m1 = alice.initiator(bob).write(b"v=0\r\n")
    assert_silence(bob, m1, forge(alice, bob))


def test_a_kem_key_that_fails_its_input_check(alice: Client, bob: Client) -> None:
    initiator = alice.initiator(bob)
    initiator._kem.public = b"\xff" * 1184
    assert_silence(bob, initiator.write(ROUTE), forge(alice, bob))


def test_a_bundle_whose_agreement_key_has_small_order(alice: Client, bob: Client) -> None:
    initiator = alice.initiator(bob)
    initiator._their_bundle = replace(bob.bundle.bundle, spk=bytes(32))
    with pytest.raises(PeerError):
        initiator.write(ROUTE)


# What A refuses; after each the genuine m2 still opens


def begin(alice: Client, bob: Client) -> tuple[Initiator, bytes]:
    initiator = alice.initiator(bob)
    return initiator, answer(bob.responder(initiator.write(ROUTE)))[0]


def assert_waiting(initiator: Initiator, m2: bytes, genuine: bytes) -> None:
    with pytest.raises(PeerError):
        initiator.read(m2)
    assert initiator.read(genuine)[0] == OTHER_ROUTE


@settings(max_examples=60, deadline=None)
@given(bit=st.integers(0, 4096 * 8 - 1))
def test_one_bit_of_m2_changed(bit: int) -> None:
    initiator, m2 = begin(Client("alice"), Client("bob"))
    assert_waiting(initiator, flip(m2, bit), m2)


def test_m2_of_another_size_or_type(alice: Client, bob: Client) -> None:
    initiator, m2 = begin(alice, bob)
    for wrong in (b"", m2[:-1], m2 + b"\0", b"\x01" + m2[1:]):
        with pytest.raises(PeerError, match="m2 has another form"):
            initiator.read(wrong)
    assert initiator.read(m2)[0] == OTHER_ROUTE


def test_an_answer_to_another_m1(alice: Client, bob: Client) -> None:
    _, other = begin(alice, bob)
    initiator, m2 = begin(alice, bob)
    assert_waiting(initiator, other, m2)


def test_ones_own_m1_reflected(alice: Client, bob: Client) -> None:
    initiator = alice.initiator(bob)
    m1 = initiator.write(ROUTE)
    m2, _ = answer(bob.responder(m1))
    assert_waiting(initiator, b"\x02" + m1[1:], m2)


def test_an_answer_with_a_key_of_small_order(alice: Client, bob: Client) -> None:
    initiator, m2 = begin(alice, bob)
    assert_waiting(initiator, m2[:1] + bytes(32) + m2[33:], m2)


def test_an_answer_by_somebody_else(alice: Client, bob: Client) -> None:
    """Who has B's bundle keys, but not the m1 that only B could open, cannot answer it."""
    initiator, m2 = begin(alice, bob)
    mallory = Client("mallory")
    _, forged = begin(mallory, bob)
    assert_waiting(initiator, forged, m2)


def test_an_answer_with_a_route_of_another_form(alice: Client, bob: Client) -> None:
    initiator = alice.initiator(bob)
    m1 = initiator.write(ROUTE)
    wrong, _ = bob.responder(m1).write(b"", secrets.token_bytes, encapsulate)
    assert_waiting(initiator, wrong, answer(bob.responder(m1))[0])


# Fields inside


KEM_PUBLIC = Client("carol").bundle.ek.public


@given(fields=st.lists(st.binary(max_size=300), min_size=1, max_size=2), zeros=st.integers(0, 99))
def test_fields_come_out_as_they_went_in(fields: list[bytes], zeros: int) -> None:
    plaintext = KEM_PUBLIC + b"".join(map(handshake._with_length, fields)) + bytes(zeros)
    assert handshake._unpack(plaintext, fields=len(fields)) == (KEM_PUBLIC, fields)


@given(rest=st.binary(max_size=200))
def test_fields_of_anything_are_refused_or_exact(rest: bytes) -> None:
    try:
        _, fields = handshake._unpack(KEM_PUBLIC + rest, fields=2)
    except PeerError:
        return
    used = b"".join(map(handshake._with_length, fields))
    assert rest == used + bytes(len(rest) - len(used))


@pytest.mark.parametrize(
    "rest", [b"", b"\0", b"\0\1", b"\0\0\0", b"\0\0\0\0\1", b"\0\5abc", b"\xff\xff" + bytes(99)]
)
def test_fields_cut_short_or_followed_by_something(rest: bytes) -> None:
    with pytest.raises(PeerError):
        handshake._unpack(KEM_PUBLIC + rest, fields=2)


# What is forgotten


def test_success_leaves_the_initiator_without_keys(alice: Client, bob: Client) -> None:
    initiator, m2 = begin(alice, bob)
    state = initiator._state
    initiator.read(m2)
    assert initiator._ephemeral.private.closed
    assert initiator._kem.seed.closed
    assert not any((*state._chaining_key, *state._hash, *state._key))


def test_a_refused_m1_and_a_given_answer_leave_no_state(
    alice: Client, bob: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = []

    class Watched(handshake.SymmetricState):
        def __init__(self, chaining_key: bytes, transcript_hash: bytes) -> None:
            super().__init__(chaining_key, transcript_hash)
            states.append(self)

    m1 = alice.initiator(bob).write(ROUTE)
    monkeypatch.setattr(handshake, "SymmetricState", Watched)
    with pytest.raises(PeerError):
        bob.responder(flip(m1, 30000))
    answer(bob.responder(m1))
    assert len(states) == 2
    assert not any(any((*state._chaining_key, *state._key)) for state in states)


def test_a_closed_agreement_has_no_keys(alice: Client, bob: Client) -> None:
    for agreement in agree(alice, bob):
        agreement.close()
        assert all(getattr(agreement, name).closed for name in SECRETS)
        if agreement.own_dh is not None and agreement.own_kem is not None:
            assert agreement.own_dh.private.closed
            assert agreement.own_kem.seed.closed


# FIN

BOUND = (b"s" * 32, b"a" * 32, b"b" * 32, b"e" * 32)
FA, FB = Secret(b"A" * 32), Secret(b"B" * 32)


def test_a_fin_is_33_bytes_and_checks() -> None:
    fin = fin_message(FA, *BOUND)
    assert (len(fin), fin[0]) == (33, 3)
    check_fin(fin, FA, *BOUND)


@pytest.mark.parametrize("place", range(4))
def test_a_fin_for_another_connection(place: int) -> None:
    other = [*BOUND]
    other[place] = b"x" * 32
    with pytest.raises(PeerError):
        check_fin(fin_message(FA, *other), FA, *BOUND)


def test_a_reflected_fin() -> None:
    with pytest.raises(PeerError):
        check_fin(fin_message(FA, *BOUND), FB, *BOUND)


def test_fingerprints_the_wrong_way_round() -> None:
    sid, a, b, exporter = BOUND
    with pytest.raises(PeerError):
        check_fin(fin_message(FA, sid, b, a, exporter), FA, *BOUND)


def test_a_fin_with_something_behind_it() -> None:
    for wrong in (fin_message(FA, *BOUND) + b"\0", fin_message(FA, *BOUND)[:-1]):
        with pytest.raises(PeerError):
            check_fin(wrong, FA, *BOUND)


@given(frame=st.binary(max_size=40) | st.binary(min_size=33, max_size=33))
def test_anything_else_is_no_fin(frame: bytes) -> None:
    with pytest.raises(PeerError):
        check_fin(frame, FA, *BOUND)
