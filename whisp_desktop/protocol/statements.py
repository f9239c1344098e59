"""The envelope of signed statements: "WSP1" | type u8 | len u16 | body | signature 64."""

from enum import IntEnum

from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.kdf import label
from whisp_desktop.protocol.keys import SigningKey, verify_signature
from whisp_desktop.protocol.versions import check_version

SIGNATURE_BYTES = 64

_MAGIC = b"WSP1"
_HEAD_BYTES = 7
_STATEMENT = label("stmt")


class StatementType(IntEnum):
    """What a statement says."""

    DEVICE_CERT = 1
    MANIFEST = 2
    REVOCATION = 3
    BUNDLE = 4
    TOKEN = 5
    CARD = 6
    ROSTER = 7


_TYPES = frozenset(StatementType)


def sign_statement(kind: StatementType, body: bytes, signer: SigningKey) -> bytes:
    """Return the whole statement."""
    unsigned = b"".join((_MAGIC, bytes((kind,)), len(body).to_bytes(2, "big"), body))
    return unsigned + signer.sign(_STATEMENT + unsigned)


def body_of(whole: bytes, kind: StatementType) -> bytes:
    """Return the body of a statement of that type. PeerError if its form is another."""
    if split_statements(whole) != [whole] or whole[4] != kind:
        raise PeerError("a statement has another form")
    return whole[_HEAD_BYTES:-SIGNATURE_BYTES]


def check_signature(whole: bytes, signer: bytes) -> None:
    """Verify a statement under the signer's public key. PeerError if it is not good."""
    unsigned, signature = whole[:-SIGNATURE_BYTES], whole[-SIGNATURE_BYTES:]
    verify_signature(signer, _STATEMENT + unsigned, signature)


def statement_type(whole: bytes) -> StatementType:
    """Return the type of one whole statement, as `split_statements` gives it."""
    return StatementType(whole[4])


def split_statements(data: bytes) -> list[bytes]:
    """Take statements apart that stand one after the other; none of them is verified.

    PeerError if a type is unknown or the bytes do not end with a statement.
    UnknownVersionError if one is of another version.
    """
    found = []
    at = 0
    while at < len(data):
        end = at + _HEAD_BYTES + int.from_bytes(data[at + 5 : at + 7], "big") + SIGNATURE_BYTES
        if data[at : at + 4] != _MAGIC:
            check_version("a statement's version", data[at : at + 4].decode("latin-1"), "WSP")
            raise PeerError("a statement has another form")
        if end > len(data) or data[at + 4] not in _TYPES:
            raise PeerError("a statement has another form")
        found.append(data[at:end])
        at = end
    return found
