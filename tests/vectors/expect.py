"""What the checks of vectors share: how they fail, given randomness, and data given in words."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from typing import Any, TypeVar

from tests.vectors.document import shortened
from tests.vectors.reference import primitives
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.keys import Encapsulate, Random, Secret

_IN_WORDS = re.compile(r"byte i is (?:(\d{1,3}) )?i mod (\d{1,3})")
_MOST_BYTES = 2**24

Foreign = TypeVar("Foreign")


def same(found: object, expected: object) -> None:
    """Raise AssertionError unless both are equal; true and 1 are not."""
    if found != expected or not _alike(found, expected):
        raise AssertionError(f"{_short(found)} instead of {_short(expected)}")


def _alike(found: object, expected: object) -> bool:
    """Whether equal values have booleans in the same places."""
    if isinstance(found, list | tuple) and isinstance(expected, list | tuple):
        return all(map(_alike, found, expected))
    return isinstance(found, bool) == isinstance(expected, bool)


def reason(error: Exception) -> str:
    """Return one line that says what was wrong."""
    words = " ".join(str(error).split())
    if words and isinstance(error, AssertionError):
        return words
    return f"{type(error).__name__}: {words}".removesuffix(": ")


@contextmanager
def at(place: str) -> Iterator[None]:
    """Name the place in whatever fails there."""
    try:
        yield
    except Exception as error:
        raise AssertionError(f"{place}: {reason(error)}") from error


def refuses(parse: Callable[[Foreign], Any], foreign: Foreign) -> None:
    """Raise AssertionError unless PeerError comes out."""
    try:
        parse(foreign)
    except PeerError:
        return
    raise AssertionError("it passed, and must not")


def given(*pieces: bytes) -> Random:
    """Return a source of randomness that hands out the vector's, in order."""
    left = list(pieces)

    def take(size_bytes: int) -> bytes:
        if not left:
            raise AssertionError("more randomness is drawn than is given")
        piece = left.pop(0)
        same(len(piece), size_bytes)
        return piece

    return take


def encapsulation(m: bytes) -> Encapsulate:
    """Return ML-KEM's encapsulation with the vector's m, which the product's library cannot take.

    The reader decapsulates with the product's.
    """

    def encapsulate(ek: bytes) -> tuple[bytes, Secret]:
        ciphertext, shared = primitives.encapsulate(ek, m)
        return ciphertext, Secret(shared)

    return encapsulate


def bytes_in_words(words: str, size_bytes: int) -> bytes:
    """Return that many bytes of `byte i is 7 i mod 256` or the like."""
    found = _IN_WORDS.fullmatch(words)
    if found is None or not 0 <= size_bytes <= _MOST_BYTES:
        raise AssertionError("the data is not given in words that are known here")
    factor, modulus = int(found[1] or 1), int(found[2])
    period = [factor * place % modulus for place in range(modulus)]
    return bytes(islice(cycle(period), size_bytes))


def _short(value: object) -> str:
    return shortened(value.hex() if isinstance(value, bytes | bytearray) else repr(value))
