"""What the checks of vectors share: how they fail, and data that is given in words."""

import re
from collections.abc import Callable
from itertools import cycle, islice
from typing import Any

from whisp_desktop.protocol.errors import PeerError

_IN_WORDS = re.compile(r"byte i is (?:(\d{1,3}) )?i mod (\d{1,3})")
_MOST_BYTES = 2**24


def same(found: object, expected: object) -> None:
    """Raise AssertionError unless both are equal."""
    if found != expected:
        raise AssertionError(f"{_short(found)} instead of {_short(expected)}")


def refuses(parse: Callable[[bytes], Any], foreign: bytes) -> None:
    """Raise AssertionError unless PeerError comes out."""
    try:
        parse(foreign)
    except PeerError:
        return
    raise AssertionError("it passed, and must not")


def bytes_in_words(words: str, size_bytes: int) -> bytes:
    """Return that many bytes of `byte i is 7 i mod 256` or the like."""
    found = _IN_WORDS.fullmatch(words)
    if found is None or not 0 <= size_bytes <= _MOST_BYTES:
        raise AssertionError("the data is not given in words that are known here")
    factor, modulus = int(found[1] or 1), int(found[2])
    period = [factor * place % modulus for place in range(modulus)]
    return bytes(islice(cycle(period), size_bytes))


def _short(value: object) -> str:
    text = value.hex() if isinstance(value, bytes | bytearray) else repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
