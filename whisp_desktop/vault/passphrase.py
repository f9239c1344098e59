"""Bytes under a passphrase: Argon2id (RFC 9106) and libsodium's SecretBox.

    head: "WHPV" | version u8 = 1 | passes u8 | memory_KiB u32 | salt 16
    head | nonce 24 | SecretBox(text) | SHA-256 of everything before, 32

The box's key is Argon2id of passphrase, salt and cost, 32 bytes: a changed head opens nothing.
The checksum tells a damaged file from a wrong passphrase.
"""

import unicodedata
from dataclasses import dataclass
from struct import Struct

from nacl.bindings import crypto_pwhash_alg, crypto_pwhash_ALG_ARGON2ID13
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from nacl.utils import random

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.kdf import sha256
from whisp_desktop.protocol.keys import Secret

_HEAD = Struct(">4sBBI16s")
_MAGIC = b"WHPV"
_VERSION = 1
_SALT_BYTES = 16
_CHECKSUM_BYTES = 32
_MOST_PASSES = 16
_MOST_MEMORY_KIB = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Cost:
    """What a guess costs: passes over so much memory, on one lane."""

    passes: int = 3
    memory_kib: int = 256 * 1024


def check_passphrase(passphrase: Secret) -> None:
    """Check a passphrase that somebody chooses: UTF-8. RefusedError `passphrase_bad`."""
    if not _normal(passphrase):
        raise RefusedError("passphrase_bad", "Choose a passphrase of at least one character.")


def seal(passphrase: Secret, text: Secret, cost: Cost) -> bytes:
    """Seal under a passphrase that `check_passphrase` has passed; its Unicode form is no matter."""
    head = _HEAD.pack(_MAGIC, _VERSION, cost.passes, cost.memory_kib, random(_SALT_BYTES))
    with _box_key(passphrase, head) as key:
        whole = head + SecretBox(bytes(key.data)).encrypt(bytes(text.data))
    return whole + sha256(whole)


def open_sealed(passphrase: Secret, whole: bytes) -> Secret:
    """Open what `seal` made. ValueError if it is damaged.

    RefusedError `wrong_passphrase`, `no_memory`.
    """
    body, checksum = whole[:-_CHECKSUM_BYTES], whole[-_CHECKSUM_BYTES:]
    head = body[: _HEAD.size]
    if len(head) != _HEAD.size or sha256(body) != checksum:
        raise ValueError("damaged")
    with _box_key(passphrase, head) as key:
        try:
            return Secret(SecretBox(bytes(key.data)).decrypt(body[_HEAD.size :]))
        except CryptoError:
            raise RefusedError("wrong_passphrase", "That passphrase did not work.") from None


def _box_key(passphrase: Secret, head: bytes) -> Secret:
    magic, version, passes, memory_kib, salt = _HEAD.unpack(head)
    if (
        (magic, version) != (_MAGIC, _VERSION)
        or not 1 <= passes <= _MOST_PASSES
        or not 8 <= memory_kib <= _MOST_MEMORY_KIB
    ):
        raise ValueError("not a file of this version")
    try:
        stretched = crypto_pwhash_alg(
            32, _normal(passphrase), salt, passes, memory_kib * 1024, crypto_pwhash_ALG_ARGON2ID13
        )
    except RuntimeError:
        say = f"This needs {memory_kib // 1024} MiB of free memory. Close other programs first."
        raise RefusedError("no_memory", say) from None
    return Secret(stretched)


def _normal(passphrase: Secret) -> bytes:
    """Return it in NFC: the same words typed on another system open the same profile."""
    try:
        return unicodedata.normalize("NFC", passphrase.data.decode()).encode()
    except UnicodeDecodeError:
        return bytes(passphrase.data)
