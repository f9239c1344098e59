"""Crockford's base 32 (crockford.com/base32): letters and digits that people copy from paper."""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

_MEANT = str.maketrans("OIL", "011")
_BITS = 5


def normal(typed: str) -> str:
    """Drop blanks and hyphens, make letters capital; O means 0, I and L mean 1.

    ValueError if another character is left.
    """
    text = "".join(typed.split()).replace("-", "")
    if not text.isascii():
        raise ValueError("not a character of Crockford's alphabet")
    text = text.upper().translate(_MEANT)
    if not set(text) <= set(ALPHABET):
        raise ValueError("not a character of Crockford's alphabet")
    return text


def encode(data: bytes) -> str:
    """Write bytes, a multiple of 5, as 8 characters for each 5 bytes; highest bits first."""
    number = int.from_bytes(data, "big")
    count = len(data) * 8 // _BITS
    return "".join(ALPHABET[number >> _BITS * at & 31] for at in reversed(range(count)))


def decode(text: str) -> bytes:
    """Read what `encode` wrote, in its normal form, a multiple of 8 characters."""
    number = 0
    for character in text:
        number = number << _BITS | ALPHABET.index(character)
    return number.to_bytes(len(text) * _BITS // 8, "big")
