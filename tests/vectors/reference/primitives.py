"""Primitives: libsodium (PyNaCl), the standard library's hashes, and kyber-py for ML-KEM-768."""

import hashlib
import hmac

from kyber_py.ml_kem import ML_KEM_768
from nacl.bindings import (
    crypto_aead_chacha20poly1305_ietf_encrypt,
    crypto_scalarmult,
    crypto_scalarmult_base,
)
from nacl.signing import SigningKey as Ed25519

NO_NONCE = bytes(12)


def drawn(name: str, size_bytes: int) -> bytes:
    """Return the randomness of that name: everything in the files follows from names."""
    return hashlib.shake_256(b"whisp test vectors " + name.encode()).digest(size_bytes)


def label(name: str) -> bytes:
    return b"whisp/v1/" + name.encode() + b"\0"


def digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def mac(key: bytes, data: bytes) -> bytes:
    return hmac.new(key, data, hashlib.sha256).digest()


def expand(prk: bytes, info: bytes, size_bytes: int) -> bytes:
    """RFC 5869, section 2.3."""
    found, block, count = b"", b"", 0
    while len(found) < size_bytes:
        count += 1
        block = mac(prk, block + info + bytes((count,)))
        found += block
    return found[:size_bytes]


def hkdf(salt: bytes, ikm: bytes, info: bytes, size_bytes: int) -> bytes:
    return expand(mac(salt, ikm), info, size_bytes)


def seal(key: bytes, nonce: bytes, ad: bytes, text: bytes) -> bytes:
    return crypto_aead_chacha20poly1305_ietf_encrypt(text, ad, nonce, key)


def agree(private: bytes, public: bytes) -> bytes:
    return crypto_scalarmult(private, public)


def agreement_public(private: bytes) -> bytes:
    return crypto_scalarmult_base(private)


def sign(seed: bytes, message: bytes) -> bytes:
    return Ed25519(seed).sign(message).signature


def signing_public(seed: bytes) -> bytes:
    return bytes(Ed25519(seed).verify_key)


def kem_public(seed: bytes) -> bytes:
    return ML_KEM_768.key_derive(seed)[0]


def encapsulate(ek: bytes, m: bytes) -> tuple[bytes, bytes]:
    """Return ct and ss; m is that of FIPS 203's ML-KEM.Encaps_internal."""
    ss, ct = ML_KEM_768._encaps_internal(ek, m)
    return ct, ss


def decapsulate(seed: bytes, ct: bytes) -> bytes:
    return ML_KEM_768.decaps(ML_KEM_768.key_derive(seed)[1], ct)


def u8(value: int) -> bytes:
    return value.to_bytes(1, "big")


def u16(value: int) -> bytes:
    return value.to_bytes(2, "big")


def u32(value: int) -> bytes:
    return value.to_bytes(4, "big")


def u64(value: int) -> bytes:
    return value.to_bytes(8, "big")
