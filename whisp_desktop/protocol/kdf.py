"""Hashes and key derivation, all with SHA-256, and the labels that keep their uses apart."""

import hashlib
import hmac

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

BytesLike = bytes | bytearray | memoryview

_SHA256 = SHA256()


def label(name: str) -> bytes:
    """Return the label of one use and of no other: `whisp/v1/NAME` and a zero byte."""
    return b"whisp/v1/" + name.encode("ascii") + b"\0"


def sha256(data: BytesLike) -> bytes:
    """Return SHA-256 of the data, 32 bytes."""
    return hashlib.sha256(data).digest()


def hmac_sha256(key: BytesLike, data: BytesLike) -> bytes:
    """Return HMAC-SHA-256 (RFC 2104), 32 bytes."""
    return hmac.digest(key, data, "sha256")


def expand(prk: BytesLike, info: bytes, size_bytes: int) -> bytearray:
    """Return HKDF-Expand's output (RFC 5869, section 2.3), at most 255 blocks of 32 bytes."""
    whole = bytearray(size_bytes)
    HKDFExpand(_SHA256, size_bytes, info).derive_into(prk, whole)
    return whole


def hkdf(salt: BytesLike, ikm: BytesLike, info: bytes, size_bytes: int) -> bytearray:
    """Return HKDF's output (RFC 5869): extract under the salt, then expand."""
    return expand(hmac.digest(salt, ikm, "sha256"), info, size_bytes)
