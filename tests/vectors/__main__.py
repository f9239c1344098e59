"""`python -m tests.vectors DIR`: check every file in a folder whose name is known.

Prints what fails, one line each, and `N passed, N failed` in the end; the exit status is 0 only
when something passed and nothing failed.
"""

import json
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import tests.vectors

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
    """Give None for each entry that passes, and a sentence for each that fails."""
    if not path.is_file():
        yield f"{path.name}: it is not a file."
        return
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        yield f"{path.name}: it cannot be read: {_reason(error)}."
        return
    try:
        for name, check in entries(document):
            yield _failure(f"{path.name}: {name}", check)
    except Exception as error:  # noqa: BLE001  # a file of another shape can provoke anything
        yield f"{path.name}: it does not have the form of such a file: {_reason(error)}."


def _failure(place: str, check: Check) -> str | None:
    try:
        check()
    except Exception as error:  # noqa: BLE001  # a wrong vector can provoke anything
        return f"{place}: {_reason(error)}."
    return None


def _reason(error: Exception) -> str:
    kind = type(error).__name__
    words = " ".join(str(error).split())
    return f"{kind}: {words}" if words else kind


def main(arguments: list[str]) -> int:
    """Check one folder; return the exit status."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m tests.vectors DIR\n")
        return 2
    folder = Path(arguments[0])
    passed = failed = 0
    if not folder.is_dir():
        sys.stdout.write(f"{folder}: there is no such folder.\n")
        failed = 1
    for name, entries in sorted(known_files().items()):
        path = folder / name
        if not path.exists() and not path.is_symlink():
            continue
        for failure in check_file(path, entries):
            if failure is None:
                passed += 1
            else:
                failed += 1
                sys.stdout.write(f"{failure}\n")
    sys.stdout.write(f"{passed} passed, {failed} failed\n")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
