"""Keys and secrets: they do what they say, refuse what is wrong, and are gone when closed."""

import os
import secrets
from collections.abc import Callable
from typing import Any

import pytest

from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.keys import (
    AgreementKey,
    DeviceKeys,
    KemKey,
    Secret,
    SigningKey,
    check_kem_public,
    device_id,
    encapsulate,
    verify_signature,
)

# Points of order 1, 2, 4 and 8 on Curve25519 (RFC 7748, section 6.1, and cr.yp.to/ecdh.html).
SMALL_ORDER = [
    bytes(32),
    b"\x01" + bytes(31),
    bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
    bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
    bytes.fromhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
]
GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493


def test_a_secret_has_bytes_of_its_own() -> None:
    given = bytearray(b"abc")
    secret = Secret(given)
    given[:] = b"xyz"
    assert secret.data == b"abc"
    assert len(secret) == 3


def test_a_closed_secret_is_overwritten_and_closed_once() -> None:
    secret = Secret(b"abc")
    live = secret.data
    with secret:
        assert not secret.closed
    assert secret.closed
    assert live == bytes(3)
    secret.close()
    with pytest.raises(ValueError, match="closed"):
        _ = secret.data


def test_secrets_compare_by_their_bytes_and_show_nothing() -> None:
    assert Secret(b"abc") == Secret(b"abc")
    assert Secret(b"abc") != Secret(b"abd")
    assert Secret(b"abc") != b"abc"
    assert repr(Secret(b"abc")) == "Secret(…)"
    with pytest.raises(TypeError):
        hash(Secret(b"abc"))


def test_a_signature_verifies_under_its_own_key_and_message_alone() -> None:
    key, other = (SigningKey.generate(secrets.token_bytes) for _ in range(2))
    signature = key.sign(b"message")
    verify_signature(key.public, b"message", signature)
    for public, message in ((other.public, b"message"), (key.public, b"Message")):
        with pytest.raises(PeerError):
            verify_signature(public, message, signature)


def test_keys_and_signatures_of_a_wrong_length_are_refused() -> None:
    key = SigningKey.generate(secrets.token_bytes)
    signature = key.sign(b"message")
    for public, message, signed in (
        (key.public + b"\0", b"message", signature),
        (key.public[:31], b"message", signature),
        (key.public, b"essage", signature + b"m"),
        (key.public, signature[63:] + b"message", signature[:63]),
    ):
        with pytest.raises(PeerError, match="length"):
            verify_signature(public, message, signed)


def test_a_signature_that_is_not_reduced_is_refused() -> None:
    key = SigningKey.generate(secrets.token_bytes)
    signature = key.sign(b"message")
    scalar = int.from_bytes(signature[32:], "little") + GROUP_ORDER
    with pytest.raises(PeerError):
        verify_signature(key.public, b"message", signature[:32] + scalar.to_bytes(32, "little"))


def test_a_signature_under_a_small_order_key_is_refused() -> None:
    identity = b"\x01" + bytes(31)
    with pytest.raises(PeerError):
        verify_signature(identity, b"message", identity + bytes(32))


def test_both_sides_of_an_exchange_get_the_same() -> None:
    one, other = (AgreementKey.generate(secrets.token_bytes) for _ in range(2))
    assert one.exchange(other.public) == other.exchange(one.public)


@pytest.mark.parametrize("public", [*SMALL_ORDER, bytes(31), bytes(33), b""])
def test_an_exchange_with_a_wrong_key_is_refused(public: bytes) -> None:
    with pytest.raises(PeerError):
        AgreementKey.generate(secrets.token_bytes).exchange(public)


def test_a_kem_key_opens_what_was_sealed_to_it() -> None:
    key = KemKey.generate(secrets.token_bytes)
    ciphertext, shared = encapsulate(key.public)
    assert (len(key.public), len(ciphertext), len(shared)) == (1184, 1088, 32)
    assert key.decapsulate(ciphertext) == shared
    check_kem_public(key.public)


def test_a_kem_ciphertext_of_a_wrong_length_is_refused() -> None:
    with pytest.raises(PeerError):
        KemKey.generate(secrets.token_bytes).decapsulate(bytes(1087))


@pytest.mark.parametrize("ek", [b"", bytes(1183), b"\xff" * 1184])
def test_a_wrong_kem_key_is_refused(ek: bytes) -> None:
    with pytest.raises(PeerError):
        encapsulate(ek)
    with pytest.raises(PeerError):
        check_kem_public(ek)


def _use_agreement(key: AgreementKey) -> Secret:
    return key.exchange(AgreementKey.generate(os.urandom).public)


@pytest.mark.parametrize(
    ("kind", "use", "kept"),
    [
        (SigningKey, lambda key: key.sign(b""), "seed"),
        (AgreementKey, _use_agreement, "private"),
        (KemKey, lambda key: key.decapsulate(bytes(1088)), "seed"),
    ],
)
def test_a_closed_key_is_gone_and_of_no_use(
    kind: Any, use: Callable[[object], object], kept: str
) -> None:
    key = kind.generate(secrets.token_bytes)
    use(key)
    live = getattr(key, kept).data
    key.close()
    assert not any(live)
    with pytest.raises(ValueError, match="closed"):
        use(key)


def test_closing_a_device_closes_both_of_its_keys() -> None:
    device = DeviceKeys.generate(secrets.token_bytes)
    assert device.device_id == device_id(device.signing.public, device.agreement.public)
    assert len(device.device_id) == 16
    device.close()
    assert device.signing.seed.closed
    assert device.agreement.private.closed
