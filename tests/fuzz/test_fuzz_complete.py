"""No parser is missing: every function with a parser's name and foreign input is in a table."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from pydoc import locate

import whisp_desktop
from tests.fuzz.targets import ELSEWHERE, TARGETS

ROOT = Path(whisp_desktop.__file__).parent
PARSER = re.compile(
    "(parse|read|open|decode|decapsulate|decrypt|exchange|check|verify|split|unpad|normal|printed"
    "|take|feed|is_)"
)
FOREIGN = re.compile(r"\b(bytes|bytearray|BytesLike|Line|str)\b")
FED = {name.partition(" ")[0] for name in TARGETS}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def _takes_foreign(function: Function) -> bool:
    arguments = (*function.args.args, *function.args.kwonlyargs)
    kinds = [ast.unparse(each.annotation) for each in arguments if each.annotation is not None]
    return any(FOREIGN.search(kind) for kind in kinds)


def _parsers(name: str, node: ast.Module | ast.ClassDef) -> Iterator[str]:
    for inner in node.body:
        if isinstance(inner, ast.ClassDef):
            yield from _parsers(f"{name}.{inner.name}", inner)
        elif isinstance(inner, Function) and PARSER.match(inner.name) and _takes_foreign(inner):
            yield f"{name}.{inner.name}"


def _all_parsers() -> set[str]:
    """Return the parsers of every room but the window's, which reads nothing foreign itself."""
    found: set[str] = set()
    for path in ROOT.rglob("*.py"):
        place = path.relative_to(ROOT).with_suffix("").parts
        if place[0] != "ui":
            found.update(_parsers(".".join(place), ast.parse(path.read_text("utf-8"))))
    return found


def test_every_parser_has_a_target_or_a_reason() -> None:
    assert _all_parsers() - FED == set(ELSEWHERE)


def test_every_target_is_named_after_what_it_runs() -> None:
    assert [name for name in FED if not callable(locate(f"whisp_desktop.{name}"))] == []
