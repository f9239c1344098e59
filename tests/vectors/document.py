"""A file of vectors, read strictly, which knows afterwards what of it no check has asked for."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

_HEX = re.compile("(?:[0-9a-f]{2})*")
_FOR_READERS = {"name", "note", "what", "why"}
_MOST_SHOWN = 80


class Fields(dict[str, Any]):
    """An object of a file; `asked` are the names of the fields that were read."""

    def __init__(self, fields: Iterable[tuple[str, Any]]) -> None:
        pairs = list(fields)
        super().__init__(pairs)
        if len(self) != len(pairs):
            raise ValueError("a field stands in it twice")
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.asked.add(name)
        return super().__getitem__(name)

    def __missing__(self, name: str) -> Any:
        raise AssertionError(f"the field `{name}` is missing")

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self else default  # noqa: SIM401  # this is `get`

    def bytes_of(self, name: str) -> bytes:
        """Return the bytes that stand in hex in this field."""
        return from_hex(self[name])

    def hex(self, *names: str) -> list[bytes]:
        """Return the bytes of several fields."""
        return [self.bytes_of(name) for name in names]

    def number(self, name: str) -> int:
        value = self[name]
        if not isinstance(value, int) or isinstance(value, bool):
            raise TypeError(f"`{name}` is no whole number")
        return value

    def items_of(self, name: str) -> list[Any]:
        """Return a list that must not be empty."""
        found = the_list(self[name])
        if not found:
            raise AssertionError(f"`{name}` is empty")
        return found

    def items_if_any(self, name: str) -> list[Any]:
        """Return a list that need not be there."""
        return self.items_of(name) if name in self else []


def the_object(value: Any) -> Fields:
    if not isinstance(value, Fields):
        raise TypeError(f"{shortened(repr(value))} is no object")
    return value


def the_list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"{shortened(repr(value))} is no list")
    return value


def from_hex(digits: Any) -> bytes:
    """Return the bytes; AssertionError unless all digits are small ones, with nothing between."""
    if not isinstance(digits, str) or _HEX.fullmatch(digits) is None:
        raise AssertionError(f"{shortened(repr(digits))} is not bytes in hex")
    return bytes.fromhex(digits)


def read_document(path: Path) -> Any:
    """Return what the file holds. ValueError, OSError or RecursionError if it is no such JSON."""
    return json.loads(
        path.read_text(encoding="utf-8"),
        object_pairs_hook=Fields,
        parse_float=_refuse_number,
        parse_constant=_refuse_number,
    )


def _refuse_number(digits: str) -> None:
    raise ValueError(f"{digits} is no whole number")


def unasked(document: Any, place: str = "") -> Iterator[str]:
    """Give the place of each field that no check has read, words for readers left out."""
    if isinstance(document, Fields):
        for name, value in document.items():
            if name in document.asked:
                yield from unasked(value, f"{place}.{name}".lstrip("."))
            elif name not in _FOR_READERS:
                yield f"{place}.{name}".lstrip(".")
    elif isinstance(document, list):
        for number, value in enumerate(document, 1):
            yield from unasked(value, f"{place}[{number}]")


def shortened(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 3]}..."
