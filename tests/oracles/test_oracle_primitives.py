"""Primitives against published values, and against what other libraries make of strange input."""

import secrets

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from kyber_py.ml_kem import ML_KEM_768
from spake2 import SPAKE2_A, SPAKE2_B

from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.keys import (
    KemKey,
    Secret,
    SigningKey,
    check_kem_public,
    encapsulate,
    verify_signature,
)
from whisp_desktop.protocol.recovery import open_sheet

# Argon2id


def test_argon2id_of_rfc_9106() -> None:
    """Section 5.3, in the library that the sheet below is made with."""
    tag = Argon2id(
        salt=b"\x02" * 16,
        length=32,
        iterations=3,
        lanes=4,
        memory_cost=32,
        ad=b"\x04" * 12,
        secret=b"\x03" * 8,
    ).derive(b"\x01" * 32)
    assert tag.hex() == "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"


def test_a_recovery_sheet_made_with_that_library_opens() -> None:
    salt, seed = secrets.token_bytes(16), secrets.token_bytes(32)
    key = Argon2id(salt=salt, length=32, iterations=3, lanes=1, memory_cost=1 << 18).derive(
        "Stra\u00dfe caf\u00e9".encode()
    )
    head = b"\x50" + salt
    sheet = head + ChaCha20Poly1305(key).encrypt(bytes(12), seed, head)
    with Secret("Stra\u00dfe cafe\u0301".encode()) as passphrase:
        assert bytes(open_sheet(sheet, passphrase).data) == seed


# SPAKE2


def test_spake2_gives_what_its_package_published() -> None:
    """The values of the package's `test_compat.py`: a change of its group would break the wire."""
    scalars = (
        2611694063369306139794446498317402240796898290761098242657700742213257926693,
        7002393159576182977806091886122272758628412261510164356026361256515836884383,
    )
    one, other = (
        side(b"password", entropy_f=lambda size, scalar=scalar: scalar.to_bytes(size, "big"))
        for side, scalar in zip((SPAKE2_A, SPAKE2_B), scalars, strict=True)
    )
    from_a, from_b = one.start(), other.start()
    assert from_a.hex() == "416fc960df73c9cf8ed7198b0c9534e2e96a5984bfc5edc023fd24dacf371f2af9"
    assert from_b.hex() == "42354e97b88406922b1df4bea1d7870f17aed3dba7c720b313edae315b00959309"
    key = "a480bca13fa04464bb644f10e340125e96c9494f7399fef7c2bda67eb0fdf06d"
    assert one.finish(from_b).hex() == other.finish(from_a).hex() == key


# ML-KEM-768

Q = 3329


def kem_seed() -> bytes:
    return secrets.token_bytes(64)


def test_a_kem_key_is_the_one_of_another_implementation() -> None:
    seed = kem_seed()
    ek, _ = ML_KEM_768._keygen_internal(seed[:32], seed[32:])
    assert KemKey(Secret(seed)).public == ek


def test_a_changed_ciphertext_gives_the_secret_of_implicit_rejection() -> None:
    """FIPS 203, algorithm 18: J(z | c), as the other implementation computes it."""
    seed = kem_seed()
    _, dk = ML_KEM_768._keygen_internal(seed[:32], seed[32:])
    key = KemKey(Secret(seed))
    ciphertext, shared = encapsulate(key.public)
    for at in (0, 959, 960, 1087):
        changed = bytearray(ciphertext)
        changed[at] ^= 1
        rejected = bytes(key.decapsulate(bytes(changed)).data)
        assert rejected == ML_KEM_768.decaps(dk, bytes(changed))
        assert rejected != shared.data


@pytest.mark.parametrize("at", [0, 1, 767])
@pytest.mark.parametrize("value", [Q, Q + 1, 4095])
def test_a_coefficient_that_is_not_reduced_is_refused(at: int, value: int) -> None:
    """FIPS 203, section 7.2: the modulus check of an encapsulation key."""
    ek = bytearray(KemKey(Secret(kem_seed())).public)
    pair = int.from_bytes(ek[at // 2 * 3 : at // 2 * 3 + 3], "little")
    shift = 12 * (at % 2)
    pair = pair & ~(0xFFF << shift) | value << shift
    ek[at // 2 * 3 : at // 2 * 3 + 3] = pair.to_bytes(3, "little")
    with pytest.raises(PeerError):
        check_kem_public(bytes(ek))
    with pytest.raises(PeerError):
        encapsulate(bytes(ek))


# Ed25519

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
_ORDER_8 = (
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
)
SMALL_ORDER = [
    *(encoded.to_bytes(32, "little") for y in (0, 1, P - 1) for encoded in (y, y + 2**255)),
    *(bytes.fromhex(each) for each in _ORDER_8),
    *(
        (int.from_bytes(bytes.fromhex(each), "little") ^ 2**255).to_bytes(32, "little")
        for each in _ORDER_8
    ),
    *(encoded.to_bytes(32, "little") for y in (P, P + 1) for encoded in (y, y + 2**255)),
]
"""Every encoding of the eight points of small order, those that are not canonical too."""


@pytest.mark.parametrize("public", SMALL_ORDER)
@pytest.mark.parametrize("r", SMALL_ORDER)
def test_a_signature_of_nobody_is_refused(public: bytes, r: bytes) -> None:
    """With S = 0 and a key of small order, sloppy verifiers accept it for some messages."""
    for number in range(16):
        with pytest.raises(PeerError):
            verify_signature(public, b"message %d" % number, r + bytes(32))


def test_a_second_form_of_a_signature_is_refused() -> None:
    """RFC 8032, section 5.1.7: S is below L."""
    key = SigningKey.generate(secrets.token_bytes)
    signature = key.sign(b"message")
    verify_signature(key.public, b"message", signature)
    s = int.from_bytes(signature[32:], "little")
    for other in (s + L, s + 2 * L, s + 2**255):
        if other < 2**256:
            with pytest.raises(PeerError):
                verify_signature(
                    key.public, b"message", signature[:32] + other.to_bytes(32, "little")
                )
