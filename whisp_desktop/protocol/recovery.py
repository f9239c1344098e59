"""The recovery sheet: the account key on paper, sealed by a passphrase.

`50 | salt 16 | AEAD(key, 0^12, 50 | salt, AK seed)`, 65 bytes, with
key = Argon2id(passphrase in NFC and UTF-8, salt): version 1.3, 3 passes, 2^18 KiB, 1 lane.
"""

import unicodedata

from nacl.pwhash import argon2id

from whisp_desktop.protocol import crockford
from whisp_desktop.protocol.aead import NO_NONCE, open_sealed, seal
from whisp_desktop.protocol.errors import PeerError, RefusedError, UnknownVersionError
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.protocol.qr_text import parse_sheet_qr

SALT_BYTES = 16
SHEET_BYTES = 65

_TYPE = b"\x50"
_SEED_BYTES = 32
_HEAD_BYTES = 1 + SALT_BYTES
_PASSES = 3
_MEMORY_BYTES = 2**18 * 1024
_TEXT_CHARACTERS = 104
_GROUP = 4


def seal_sheet(passphrase: Secret, salt: bytes, seed: Secret) -> bytes:
    """Seal an account key's seed (32 bytes). The passphrase is UTF-8, the salt 16 random bytes.

    Takes a second and 256 MiB, on purpose. RefusedError `no_memory`.
    """
    head = _TYPE + salt
    with _key(passphrase, salt) as key:
        return head + seal(key.data, NO_NONCE, head, seed.data)


def open_sheet(sheet: bytes, passphrase: Secret) -> Secret:
    """Return the account key's seed. RefusedError `bad_sheet`, `wrong_passphrase`, `no_memory`."""
    if len(sheet) != SHEET_BYTES or not sheet.startswith(_TYPE):
        raise _bad_sheet()
    head = sheet[:_HEAD_BYTES]
    with _key(passphrase, head[1:]) as key:
        try:
            return Secret(open_sealed(key.data, NO_NONCE, head, sheet[_HEAD_BYTES:]))
        except PeerError:
            say = "That passphrase did not open this sheet. Compare the characters with the paper."
            raise RefusedError("wrong_passphrase", say) from None


def sheet_text(sheet: bytes) -> str:
    """Return the sheet as it is printed: 26 groups of 4 Crockford characters."""
    text = crockford.encode(sheet)
    return " ".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def parse_sheet(text: str) -> bytes:
    """Return the sheet that somebody typed or scanned.

    RefusedError `bad_sheet`; UnknownVersionError for a QR code of another version.
    """
    if ":" in text:
        try:
            return parse_sheet_qr(text)
        except UnknownVersionError:
            raise
        except PeerError:
            raise _bad_sheet() from None
    try:
        normal = crockford.normal(text)
    except ValueError:
        raise _bad_sheet() from None
    if len(normal) != _TEXT_CHARACTERS:
        raise _bad_sheet()
    return crockford.decode(normal)


def _key(passphrase: Secret, salt: bytes) -> Secret:
    text = unicodedata.normalize("NFC", passphrase.data.decode())
    try:
        key = argon2id.kdf(32, text.encode(), salt, opslimit=_PASSES, memlimit=_MEMORY_BYTES)
    except RuntimeError:
        say = "This needs 256 MiB of free memory. Close other programs first."
        raise RefusedError("no_memory", say) from None
    return Secret(key)


def _bad_sheet() -> RefusedError:
    return RefusedError(
        "bad_sheet", "That is not a recovery sheet. Compare it with the paper, group by group."
    )
