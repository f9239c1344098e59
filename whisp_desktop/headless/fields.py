"""A line's object and its fields, read one by one: each has its type, and none is left over."""

import json
import unicodedata
from typing import Any

from whisp_desktop.headless.lines import Line, TooLong
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import Secret

_LONGEST_ID = 64
_MOST_ID = 2**63 - 1

OrderId = int | str | None
"""What an answer carries of its command; None where the line had none that can be used."""


def read_object(line: Line) -> dict[str, Any]:
    """Return the one JSON object of a line, and overwrite that.

    RefusedError: `line_too_long`, `bad_utf8`, `bad_json`.
    """
    if isinstance(line, TooLong):
        raise RefusedError("line_too_long", "A line has at most 1 MiB.")
    try:
        text = line.decode()
        line[:] = bytes(len(line))
    except UnicodeDecodeError:
        raise RefusedError("bad_utf8", "This line is not UTF-8.") from None
    try:
        found = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise RefusedError("bad_json", "This line is not JSON, as RFC 8259 has it.") from None
    if not isinstance(found, dict):
        raise RefusedError("bad_json", "A line is one JSON object.")
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_constant(_name: str) -> None:
    raise ValueError("NaN and Infinity are no JSON")


class Fields:
    """The fields of a command. Each is taken once; RefusedError where it is not as it should be.

    `missing_field`, `bad_field` (its type), and from `done` `unknown_field`.
    """

    def __init__(self, fields: dict[str, Any]) -> None:
        self._left = fields
        self._taken: list[str] = []

    def order_id(self) -> int | str:
        """Take `id`: an integer below 2^63 or a string of at most 64 characters."""
        value = self._take("id")
        if isinstance(value, str) and len(value) <= _LONGEST_ID and _is_text(value):
            return value
        if _is_integer(value) and abs(value) <= _MOST_ID:
            return int(value)
        raise RefusedError(
            "bad_field",
            f"“id” is a whole number, or a string of at most {_LONGEST_ID} characters.",
        )

    def text(self, name: str) -> str:
        """Take a string."""
        value = self._take(name)
        if not isinstance(value, str) or not _is_text(value):
            raise RefusedError("bad_field", f"“{name}” is a string of Unicode characters.")
        return value

    def text_or_none(self, name: str) -> str | None:
        """Take a string that may be left out or null."""
        return None if self._is_absent(name) else self.text(name)

    def secret(self, name: str) -> Secret:
        """Take a passphrase: a string, as UTF-8 in NFC."""
        return Secret(unicodedata.normalize("NFC", self.text(name)).encode())

    def flag(self, name: str) -> bool:
        """Take true or false."""
        value = self._take(name)
        if not isinstance(value, bool):
            raise RefusedError("bad_field", f"“{name}” is true or false.")
        return value

    def whole_number_or_null(self, name: str) -> int | None:
        """Take a whole number or null, one of which must be there."""
        value = self._take(name)
        if value is None:
            return None
        if not _is_integer(value):
            raise RefusedError("bad_field", f"“{name}” is a whole number or null.")
        return int(value)

    def fill_in(self, name: str, value: str) -> None:
        """Have a field that was left out say this."""
        self._left.setdefault(name, value)

    def has(self, name: str) -> bool:
        """Tell whether a field is there, null or not."""
        return name in self._left

    def done(self) -> None:
        """Refuse what no one has taken."""
        if self._left:
            known = ", ".join(name for name in self._taken if name not in ("id", "do"))
            say = f"Its fields are: {known}." if known else "It has no fields."
            raise RefusedError("unknown_field", f"This command has no such field. {say}")

    def _is_absent(self, name: str) -> bool:
        if self._left.get(name) is not None:
            return False
        self._taken.append(name)
        self._left.pop(name, None)
        return True

    def _take(self, name: str) -> Any:  # noqa: ANN401 -- what JSON has is looked at by the caller
        self._taken.append(name)
        try:
            return self._left.pop(name)
        except KeyError:
            raise RefusedError("missing_field", f"“{name}” is missing.") from None


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_text(value: str) -> bool:
    """JSON can spell half a surrogate pair, which is no character."""
    return not any("\ud800" <= character <= "\udfff" for character in value)
