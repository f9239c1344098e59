"""What a thief, an impostor, an observer and a replayer get out of a handshake: each its claim.

The attacker works from bytes alone (`tests/attacker.py`): he computes m1 and m2 as the wire page
says, with those secrets that a test gives to him.
"""

import secrets
import sys
from collections import Counter
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from tests.attacker import (
    Eavesdropper,
    Run,
    Tap,
    decapsulated,
    dh,
    encapsulated,
    m1_parts,
    public_of,
)
from tests.harness import NOW, ROUTE, Client
from whisp_desktop.protocol.certificates import DeviceCert
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.handshake import Agreement, Initiator
from whisp_desktop.protocol.keys import BundleId, DeviceKeys, KemKey, Secret, encapsulate
from whisp_desktop.protocol.prekeys import Bundle
from whisp_desktop.protocol.statements import StatementType, sign_statement
from whisp_desktop.session.bundle_stock import BundleStock

NO_PSK = bytes(32)
UNKNOWN = bytes(32)  # what an attacker puts in the place of a secret that he lacks


@pytest.fixture
def alice() -> Client:
    return Client("alice")


@pytest.fixture
def bob() -> Client:
    return Client("bob")


def device_key(client: Client) -> bytes:
    return bytes(client.device.agreement.private.data)


def spk(client: Client) -> bytes:
    return bytes(client.bundle.spk.private.data)


def ek_seed(client: Client) -> bytes:
    return bytes(client.bundle.ek.seed.data)


def begun(bob: Client) -> Run:
    return Run(bob.cert.whole, bob.bundle.bundle.whole)


def read_m1(
    m1: bytes, bob: Client, *, dkd: bytes | None, spk: bytes | None, ek: bytes | None
) -> tuple[bytes | None, bytes | None]:
    """Return cert_A and P1 as somebody with these private halves of B's reads them."""
    ephemeral, ciphertext, sealed_cert, sealed_first = m1_parts(m1)
    run = begun(bob)
    run.mix(m1[:1129])
    run.key(
        dh(spk, ephemeral) if spk else UNKNOWN,
        dh(dkd, ephemeral) if dkd else UNKNOWN,
        decapsulated(ek, ciphertext) if ek else UNKNOWN,
    )
    cert = run.open(sealed_cert)
    if cert is None:
        return None, None
    run.key(dh(spk, cert[71:103]) if spk else UNKNOWN, NO_PSK)
    return cert, run.open(sealed_first)


class Impostor:
    """Asks B in the name of A. He knows what the server knows, and what he is given."""

    def __init__(
        self, alice: Client, bob: Client, *, a_dkd: bytes = b"", b_spk: bytes = b""
    ) -> None:
        self.ephemeral, self.kem_seed = secrets.token_bytes(32), secrets.token_bytes(64)
        bundle = bob.bundle.bundle
        ciphertext, shared = encapsulated(bundle.ek)
        self.run = begun(bob)
        clear = b"\x01" + bundle.bundle_id + public_of(self.ephemeral) + ciphertext
        self.run.mix(clear)
        self.run.key(dh(self.ephemeral, bundle.spk), dh(self.ephemeral, bob.cert.agreement_key))
        self.run.key(shared)
        sealed_cert = self.run.seal(alice.cert.whole)
        static = UNKNOWN
        if a_dkd:
            static = dh(a_dkd, bundle.spk)
        elif b_spk:
            static = dh(b_spk, alice.cert.agreement_key)
        self.a_dkd = a_dkd
        self.run.key(static, NO_PSK)
        fields = b"".join(len(x).to_bytes(2, "big") + x for x in (alice.card.whole, ROUTE))
        first = kem_public(self.kem_seed) + fields
        self.m1 = clear + sealed_cert + self.run.seal(first.ljust(2683, b"\0"))

    def keys_after(self, m2: bytes) -> dict[str, bytes] | None:
        """Return the session's keys, if he can open m2."""
        their_dh, ciphertext = m2[1:33], m2[33:1121]
        self.run.mix(m2[:1121])
        static = dh(self.a_dkd, their_dh) if self.a_dkd else UNKNOWN
        self.run.key(dh(self.ephemeral, their_dh), static)
        self.run.key(decapsulated(self.kem_seed, ciphertext))
        return None if self.run.open(m2[1121:]) is None else self.run.split()


def kem_public(seed: bytes) -> bytes:
    return KemKey(Secret(seed)).public


def answered(bob: Client, m1: bytes) -> tuple[bytes, Agreement]:
    return bob.responder(m1).write(ROUTE, secrets.token_bytes, encapsulate)


# Key-compromise impersonation


def test_kci_with_bobs_device_keys_nobody_asks_bob_in_anothers_name(
    alice: Client, bob: Client
) -> None:
    """B's own DKd and DKs are no help: the certificate is A's, and DH(DKd_A, SPK_B) is missing."""
    impostor = Impostor(alice, bob)
    with pytest.raises(PeerError):
        bob.responder(impostor.m1)
    assert bob.responder(Impostor(alice, bob, a_dkd=device_key(alice)).m1).cert == alice.cert


def test_kci_with_bobs_bundle_lost_too_m1_passes_but_the_impostor_has_no_session_key(
    alice: Client, bob: Client
) -> None:
    """The exception that the page names: then m2 and FIN keep the impostor out."""
    impostor = Impostor(alice, bob, b_spk=spk(bob))
    m2, agreement = answered(bob, impostor.m1)
    assert impostor.keys_after(m2) is None

    thief = Impostor(alice, bob, a_dkd=device_key(alice))
    m2, agreement = answered(bob, thief.m1)
    keys = thief.keys_after(m2)
    assert keys is not None
    assert keys["fa"] == bytes(agreement.fa.data)
    assert keys["rk"] == bytes(agreement.rk.data)


@pytest.mark.parametrize("given", ["dkd", "spk", "ek"])
def test_kci_with_alices_device_keys_nobody_answers_alice_in_bobs_name(
    alice: Client, bob: Client, given: str
) -> None:
    """Whoever cannot open m1 cannot answer it: A's own keys open nothing, one of B's nor two."""
    m1 = alice.initiator(bob).write(ROUTE)
    all_keys = {"dkd": device_key(bob), "spk": spk(bob), "ek": ek_seed(bob)}
    without: dict[str, Any] = all_keys | {given: None}
    assert read_m1(m1, bob, **without) == (None, None)
    cert, first = read_m1(m1, bob, **all_keys)
    assert cert == alice.cert.whole
    assert first is not None


# Forward secrecy of the handshake


def test_forward_secrecy_long_term_keys_stolen_later_open_no_message_of_the_handshake(
    alice: Client, bob: Client
) -> None:
    """All of both people's DKd, DKs and AK, after the bundle is gone: m1 and so m2 stay shut."""
    initiator = alice.initiator(bob)
    m1 = initiator.write(ROUTE)
    m2, _ = answered(bob, m1)
    assert read_m1(m1, bob, dkd=device_key(bob), spk=None, ek=None) == (None, None)
    # DKd_A gives DH(DKd_A, SPK_B) and DH(DKd_A, EB), but neither EA's nor EB's.
    run = begun(bob)
    run.mix(m1[:1129])
    run.mix(m1[1129:1397])
    run.key(dh(device_key(alice), bob.bundle.bundle.spk), NO_PSK)
    assert run.open(m1[1397:]) is None
    run.mix(m2[:1121])
    run.key(dh(device_key(alice), m2[1:33]))
    assert run.open(m2[1121:]) is None


# One of X25519 and ML-KEM broken


@pytest.mark.parametrize(
    ("x25519", "ml_kem", "read"),
    [
        (False, False, set()),
        (True, False, set()),
        (False, True, set()),
        (True, True, {0, 1, 2}),
    ],
)
def test_hybrid_x25519_alone_or_ml_kem_alone_broken_opens_no_handshake(
    *, x25519: bool, ml_kem: bool, read: set[int]
) -> None:
    """He gets every X25519 key that anybody ever drew, or every ML-KEM key. With both he reads."""
    tap = Tap()
    alice, bob = Client("alice", tap), Client("bob", tap)
    initiator = alice.initiator(bob)
    seeds = ek_seed(bob), bytes(initiator._kem.seed.data)
    m1 = initiator.write(ROUTE)
    m2, agreement = bob.responder(m1).write(ROUTE, tap, encapsulate)
    thief = Eavesdropper(
        {public_of(private): private for private in tap.given[32]} if x25519 else {},
        seeds if ml_kem else (),
    )
    found, run = thief.listen(
        begun(bob), m1, m2, bob.bundle.bundle.spk, bob.cert.agreement_key, alice.cert.agreement_key
    )
    assert found == read
    assert (run.split()["rk"] == bytes(agreement.rk.data)) == bool(read)


# Identity hiding


def test_identity_hiding_m1_shows_only_b_and_opens_for_b_alone(alice: Client, bob: Client) -> None:
    """Without B's keys not even a guess at who asks can be checked: every seal stays shut."""
    m1 = alice.initiator(bob).write(ROUTE)
    for hidden in (alice.cert.whole[7:39], alice.cert.signing_key, alice.cert.agreement_key):
        assert hidden not in m1
    for own in (alice.card.whole, alice.card.username.encode(), ROUTE, alice.device.device_id):
        assert own not in m1
    assert m1[1:9] == bob.bundle.bundle.bundle_id
    assert read_m1(m1, bob, dkd=None, spk=None, ek=None) == (None, None)


def test_identity_hiding_ends_for_who_has_the_bundle_and_the_device_key(
    alice: Client, bob: Client
) -> None:
    """What the page does not promise: all of B's private halves, while the bundle lives."""
    m1 = alice.initiator(bob).write(ROUTE)
    read = read_m1(m1, bob, dkd=device_key(bob), spk=spk(bob), ek=ek_seed(bob))
    assert read[0] == alice.cert.whole


# Unknown key share


def stolen_bundle(mallory: Client, bob: Client) -> Bundle:
    """Return B's bundle keys as a statement that Mallory signed, with her own device id."""
    body = bob.bundle.bundle.whole[7:-64]
    own = mallory.device.device_id + body[16:]
    whole = sign_statement(StatementType.BUNDLE, own, mallory.device.signing)
    return Bundle.parse(whole, mallory.cert)


def test_unknown_key_share_a_knock_for_mallory_does_not_open_at_bob(
    alice: Client, bob: Client
) -> None:
    """Mallory shows B's bundle keys, and even B's DKd, as hers and passes A's m1 on to B."""
    mallory = Client("mallory")
    mixed = DeviceKeys(mallory.device.signing, bob.device.agreement)
    cert = DeviceCert.issue(
        mallory.account,
        mixed,
        issued=mallory.cert.issued,
        expires=mallory.cert.expires,
        epoch=1,
        flags=mallory.cert.flags,
    )
    mallory.device, mallory.cert = mixed, DeviceCert.parse(cert.whole)
    bundle = stolen_bundle(mallory, bob)
    knock = Initiator(
        alice.device, alice.cert, alice.card, mallory.cert, bundle, None, alice.random, encapsulate
    ).write(ROUTE)
    assert knock[1:9] == bob.bundle.bundle.bundle_id
    with pytest.raises(PeerError):
        bob.responder(knock)
    assert bob.responder(alice.initiator(bob).write(ROUTE)).cert == alice.cert


def test_unknown_key_share_nobody_certifies_a_signing_key_that_is_not_his(bob: Client) -> None:
    """The proof of possession names the account: B's own does not stand under Mallory's."""
    mallory = Client("mallory")
    body = mallory.account.public + bob.cert.whole[39:-64]
    whole = sign_statement(StatementType.DEVICE_CERT, body, mallory.account)
    with pytest.raises(PeerError):
        DeviceCert.parse(whole)
    assert DeviceCert.parse(bob.cert.whole) == bob.cert


def test_unknown_key_share_two_who_share_a_sid_share_the_names_in_it(
    alice: Client, bob: Client
) -> None:
    """A's sid is bound to both certificates and to the bundle: another name, another sid."""
    initiator = alice.initiator(bob)
    m2, agreed_b = answered(bob, initiator.write(ROUTE))
    _, agreed_a = initiator.read(m2)
    assert agreed_a.sid == agreed_b.sid
    carol = Client("carol")
    initiator = alice.initiator(bob)
    initiator._state = Initiator(
        alice.device,
        alice.cert,
        alice.card,
        carol.cert,
        bob.bundle.bundle,
        None,
        alice.random,
        encapsulate,
    )._state
    with pytest.raises(PeerError):
        bob.responder(initiator.write(ROUTE))


def test_unknown_key_share_a_bundle_with_the_same_keys_and_other_dates_is_another(
    alice: Client, bob: Client
) -> None:
    body = bytearray(bob.bundle.bundle.whole[7:-64])
    body[-3] -= 1  # the last byte of `expires`
    twin = sign_statement(StatementType.BUNDLE, bytes(body), bob.device.signing)
    published = Bundle.parse(twin, bob.cert)
    assert (published.spk, published.ek) == (bob.bundle.bundle.spk, bob.bundle.bundle.ek)
    knock = Initiator(
        alice.device, alice.cert, alice.card, bob.cert, published, None, alice.random, encapsulate
    ).write(ROUTE)
    with pytest.raises(PeerError):
        bob.responder(knock)


# Replay and reflection


def test_replay_of_m1_one_bundle_one_use(alice: Client, bob: Client) -> None:
    """After one genuine m1 neither its copy nor anybody else's finds a private half."""
    stock = BundleStock(bob.device, secrets.token_bytes)
    published = Bundle.parse(stock.fill(NOW).strangers[0], bob.cert)
    found = stock.get(published.bundle_id, NOW)
    assert found is not None
    bob.bundle = found
    m1, other = (each.initiator(bob).write(ROUTE) for each in (alice, Client("carol")))
    assert bob.responder(m1).cert == alice.cert
    stock.consume(published.bundle_id)
    for late in (m1, other):
        assert stock.get(BundleId(late[1:9]), NOW) is None
    assert found.spk.private.closed
    assert found.ek.seed.closed


def test_replay_of_m1_under_another_bundle_or_to_another_device(alice: Client, bob: Client) -> None:
    m1 = alice.initiator(bob).write(ROUTE)
    assert bob.responder(m1).cert == alice.cert
    bob.bundle = bob.bundle.make(bob.device, NOW, secrets.token_bytes)
    for reader in (Client("bobby"), bob):
        renamed = m1[:1] + reader.bundle.bundle.bundle_id + m1[9:]
        with pytest.raises(PeerError):
            reader.responder(renamed)


def test_reflection_of_m1_and_m2(alice: Client, bob: Client) -> None:
    """What one wrote is never good at oneself, not even when both have knocked."""
    to_bob, to_alice = alice.initiator(bob), bob.initiator(alice)
    m1, back = to_bob.write(ROUTE), to_alice.write(ROUTE)
    reflected = m1[:1] + alice.bundle.bundle.bundle_id + m1[9:]
    with pytest.raises(PeerError):
        alice.responder(reflected)
    from_alice, _ = answered(alice, back)
    with pytest.raises(PeerError):
        to_bob.read(from_alice)
    assert to_alice.read(from_alice)[0] == ROUTE


# What a forged m1 costs

PRICED = ("exchange", "decapsulate", "open_sealed", "verify_signature")


def cost(read: Callable[[], object]) -> Counter[str]:
    """Count the operations with keys that a reader does, whether it succeeds or not."""
    counted: Counter[str] = Counter()

    def watch(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_name in PRICED:
            counted[frame.f_code.co_name] += 1

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        read()
    except PeerError:
        counted["refused"] += 1
    finally:
        sys.setprofile(before)
    return counted


def test_a_forged_m1_costs_the_receiver_less_than_a_genuine_one_and_no_bundle(
    alice: Client, bob: Client
) -> None:
    genuine = alice.initiator(bob).write(ROUTE)
    price = cost(lambda: bob.responder(genuine))
    assert price == Counter(exchange=3, decapsulate=1, open_sealed=2, verify_signature=3)
    clear = genuine[:9]
    forgeries = {
        "another bundle": (b"\x01" + bytes(4095), Counter()),
        "a key of small order": (clear + bytes(4087), Counter(exchange=1)),
        "noise": (
            clear + secrets.token_bytes(4087),
            Counter(exchange=2, decapsulate=1, open_sealed=1),
        ),
        "another's certificate": (
            Impostor(alice, bob).m1,
            Counter(exchange=3, decapsulate=1, open_sealed=2),
        ),
    }
    for name, (forged, expected) in forgeries.items():
        paid = cost(lambda m1=forged: bob.responder(m1))  # type: ignore[misc]  # bound at once
        assert paid.pop("refused") == 1, name
        assert paid == expected, name
        assert paid < price, name
        assert bob.responder(genuine).cert == alice.cert, name
