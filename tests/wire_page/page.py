"""The wire specification, read: its tables by their headings, and its constructions."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

import whisp_desktop.protocol
from whisp_desktop.protocol.aead import seal
from whisp_desktop.protocol.kdf import expand, hkdf, hmac_sha256, label, sha256

PAGE = Path(str(whisp_desktop.protocol.__file__)).with_name("README.md")
NOTHING = "–"

_RULE = re.compile(r"\|(-+\|)+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")
_LABEL = re.compile(r"<([a-z-]+)>")

_FUNCTIONS = {
    "AEAD": seal,
    "Expand": expand,
    "H": sha256,
    "HKDF": hkdf,
    "HMAC": hmac_sha256,
    "empty": b"",
    "label": label,
    "zero8": bytes(8),
    "zero12": bytes(12),
}


@dataclass(frozen=True)
class Table:
    """One table; its cells are without backticks, its numbers without commas."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def compare(self, expected: Iterable[tuple[str, ...]], *columns: str, prose: str = "") -> None:
        """Fail unless these columns hold just these rows, and all others are named as prose."""
        assert {*columns, *prose.split(", ")} - {""} == set(self.columns)
        assert sorted(self.cells(*columns)) == sorted(expected)

    def compare_numbers(self, expected: Mapping[str, float], *columns: str) -> None:
        """Fail unless the two columns hold just these numbers, each by what it counts."""
        self.compare([(what, decimal(each)) for what, each in expected.items()], *columns)

    def pairs(self, key: str, column: str) -> dict[str, str]:
        """The cells of one column by those of another, in which none occurs twice."""
        (keys, values) = ([cell for (cell,) in self.cells(name)] for name in (key, column))
        found = dict(zip(keys, values, strict=True))
        assert len(found) == len(self.rows)
        return found

    def cells(self, *columns: str) -> list[tuple[str, ...]]:
        places = [self.columns.index(column) for column in columns]
        return [tuple(row[place] for place in places) for row in self.rows]


Check = Callable[[Table], None]


def read_tables(text: str) -> list[Table]:
    """All tables of a page, each under the last heading before it."""
    tables, heading, lines = [], "", text.splitlines()
    for place, line in enumerate(lines):
        if line.startswith("#"):
            heading = line.lstrip("# ")
        if _RULE.fullmatch(line):
            rows = takewhile(lambda row: row.startswith("|"), lines[place + 1 :])
            tables.append(Table(heading, _cells(lines[place - 1]), tuple(map(_cells, rows))))
    return tables


def _cells(line: str) -> tuple[str, ...]:
    cells = line.strip("|").split("|")
    return tuple(_THOUSANDS.sub("", cell.strip().replace("`", "")) for cell in cells)


def decimal(value: float) -> str:
    """A number with the digits that it has, and no exponent."""
    return f"{value:.4f}".rstrip("0").rstrip(".")


def code_block(text: str, language: str) -> str:
    """The one code block of that language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return str(found)


def value_of(construction: str, values: dict[str, Any]) -> bytes:
    """What a construction of the page makes of these values."""
    expression = _LABEL.sub(r'label("\1")', construction).replace("‖", "+")
    made = eval(expression, {"__builtins__": {}}, {**_FUNCTIONS, **values})
    return bytes(made)


def span(least: int, most: int) -> str:
    """The text of a range of sizes or numbers."""
    return str(least) if least == most else f"{least}–{most}"
