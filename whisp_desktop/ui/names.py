"""Names as they stand in sentences: harmless, and apart from the writing direction around them."""

import re
import unicodedata

_ISOLATE, _POP = "\u2068", "\u2069"
_BREAK = "\u200b"
_UNBROKEN_SIGNS, _PART_SIGNS = 12, 8
_HIDDEN = re.compile("C|Zl|Zp")
_USERNAME = re.compile(r"[a-z][a-z0-9_]{2,23}")


def plain_name(name: str) -> str:
    """Return `name` in one line, without control, bidirectional and other invisible characters."""
    return "".join(sign for sign in name if not _HIDDEN.match(unicodedata.category(sign)))


def in_sentence(name: str) -> str:
    """Return `name` made plain, between U+2068 and U+2069, to stand in a sentence.

    A long one may be broken between lines, at the U+200B after every eighth sign.
    """
    plain = plain_name(name)
    if len(plain) > _UNBROKEN_SIGNS:
        parts = (plain[at : at + _PART_SIGNS] for at in range(0, len(plain), _PART_SIGNS))
        plain = _BREAK.join(parts)
    return f"{_ISOLATE}{plain}{_POP}"


def is_username(text: str) -> bool:
    """Tell whether `text` can be a username: 3 to 24 small letters, digits and _."""
    return _USERNAME.fullmatch(text) is not None


def initial(name: str) -> str:
    """Return the letter for a face."""
    return plain_name(name)[:1].upper()
