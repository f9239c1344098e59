"""`python -m tests.vectors DIR`: check every file in a folder whose name is known.

Prints what fails, one line each, and `N passed, N failed` in the end; the exit status is 0 only
when something passed and nothing failed. A field that no check reads is a failure; a JSON file of
another name is said aloud and counts neither way.
"""

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import tests.vectors
from tests.vectors.document import read_document, unasked
from tests.vectors.expect import reason

Check = Callable[[], None]
Entries = Callable[[Any], Iterator[tuple[str, Check]]]


def known_files() -> dict[str, Entries]:
    """Return what each module `check_…` of this package can check: file name to its entries."""
    known: dict[str, Entries] = {}
    for module in iter_modules(tests.vectors.__path__):
        if module.name.startswith("check_"):
            known |= import_module(f"tests.vectors.{module.name}").CHECKS
    return known


def check_file(path: Path, entries: Entries) -> Iterator[str | None]:
    """Give None for each entry that passes, and a sentence for whatever is wrong with the file."""
    if not path.is_file():
        yield f"{path.name}: it is not a file."
        return
    try:
        document = read_document(path)
    except (OSError, ValueError, RecursionError) as error:
        yield f"{path.name}: it cannot be read: {reason(error)}."
        return
    try:
        for result in _results(document, entries):
            yield result if result is None else f"{path.name}: {result}."
    except Exception as error:  # noqa: BLE001  # a file of another shape can provoke anything
        yield f"{path.name}: it does not have the form of such a file: {reason(error)}."


def _results(document: Any, entries: Entries) -> Iterator[str | None]:
    results: list[str | None] = []
    for name, check in entries(document):
        results.append(_failure(name, check))
        yield results[-1]
    if not results:
        yield "it has nothing that can be checked"
    if not any(results):  # a check that failed has left fields unread
        for place in unasked(document):
            yield f"`{place}` is not known here"


def _failure(place: str, check: Check) -> str | None:
    try:
        check()
    except Exception as error:  # noqa: BLE001  # a wrong vector can provoke anything
        return f"{place}: {reason(error)}"
    return None


def check_folder(folder: Path) -> Iterator[str | None]:
    """Give None for each entry that passes, a sentence for whatever is wrong in the folder."""
    known = known_files()
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        yield f"{folder}: {error.strerror}."
        return
    for name in names:
        if name in known:
            yield from check_file(folder / name, known[name])
        elif name.endswith(".json"):
            sys.stdout.write(f"{name}: a file of this name is not known here, and passed over.\n")


def main(arguments: list[str]) -> int:
    """Check one folder; return the exit status."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m tests.vectors DIR\n")
        return 2
    passed = failed = 0
    folder = Path(arguments[0])
    for failure in check_folder(folder):
        if failure is None:
            passed += 1
        else:
            failed += 1
            sys.stdout.write(f"{failure}\n")
    if not passed and not failed:
        sys.stdout.write(f"{folder}: there is nothing in it that can be checked.\n")
    sys.stdout.write(f"{passed} passed, {failed} failed\n")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a file may have any name
    sys.exit(main(sys.argv[1:]))
