"""What QR codes hold: "W1:" and base45 (RFC 9285) of one statement, "W1R:" and a recovery sheet."""

from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.statements import StatementType, split_statements, statement_type
from whisp_desktop.protocol.versions import check_version

MOST_QR_CHARACTERS = 311

_STATEMENT = "W1:"
_SHEET = "W1R:"
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}


def base45_encode(data: bytes) -> str:
    """Write bytes as text: three characters for two bytes, two for a last one."""
    found = []
    for at in range(0, len(data), 2):
        pair = data[at : at + 2]
        number = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            number, digit = divmod(number, 45)
            found.append(_ALPHABET[digit])
    return "".join(found)


def base45_decode(text: str) -> bytes:
    """Read text that `base45_encode` wrote. PeerError if it cannot have."""
    found = bytearray()
    for at in range(0, len(text), 3):
        group = text[at : at + 3]
        if len(group) == 1 or not _VALUES.keys() >= set(group):
            raise PeerError("a text is not base45")
        number = sum(_VALUES[character] * 45**place for place, character in enumerate(group))
        size_bytes = len(group) - 1
        if number >> 8 * size_bytes:
            raise PeerError("a text is not base45")
        found += number.to_bytes(size_bytes, "big")
    return bytes(found)


def statement_qr(whole: bytes) -> str:
    """Return the QR text of one statement: a card or a token."""
    return _STATEMENT + base45_encode(whole)


def parse_statement_qr(text: str) -> bytes:
    """Return the statement of a QR text, a card or a token, not yet verified. PeerError."""
    check_version("a QR code's version", text, "W", ":")
    if len(text) > MOST_QR_CHARACTERS or not text.startswith(_STATEMENT):
        raise PeerError("a QR code holds something else")
    whole = base45_decode(text.removeprefix(_STATEMENT))
    if split_statements(whole) != [whole]:
        raise PeerError("a QR code holds something else than one statement")
    if statement_type(whole) not in (StatementType.CARD, StatementType.TOKEN):
        raise PeerError("a QR code holds a statement that is not for QR codes")
    return whole


def sheet_qr(sheet: bytes) -> str:
    """Return the QR text of a recovery sheet."""
    return _SHEET + base45_encode(sheet)


def parse_sheet_qr(text: str) -> bytes:
    """Return the bytes of a recovery sheet's QR text, not yet opened. PeerError."""
    check_version("a recovery sheet's version", text, "W", "R:")
    if len(text) > MOST_QR_CHARACTERS or not text.startswith(_SHEET):
        raise PeerError("a QR code holds no recovery sheet")
    return base45_decode(text.removeprefix(_SHEET))
