"""The vectors kept beside the checks: statements, people, work. And a spoilt one does not pass."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.vectors import check_people, check_statements, check_work

FOLDER = Path(check_statements.__file__).parent
KNOWN = check_statements.CHECKS | check_people.CHECKS | check_work.CHECKS
STATEMENTS = "statements.json"


def _load(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def _all() -> Iterator[Any]:
    for name, entries in KNOWN.items():
        for entry, check in entries(_load(name)):
            yield pytest.param(check, id=f"{name}: {entry}")


@pytest.mark.parametrize("check", list(_all()))
def test_vector(check: Callable[[], None]) -> None:
    check()


def test_every_entry_counts() -> None:
    counts = {name: len(list(entries(_load(name)))) for name, entries in KNOWN.items()}
    assert counts == {
        STATEMENTS: 68,
        "safety_number.json": 4,
        "friend_code.json": 18,
        "recovery_sheet.json": 2,
        "proof_of_work.json": 4,
    }


def _spoil(document: Any, *path: str | int) -> None:
    *way, last = path
    for step in way:
        document = document[step]
    value = document[last]
    if isinstance(value, int):
        document[last] = value + 1
    else:
        place = len(value) // 2
        other = "1" if value[place] != "1" else "2"
        document[last] = value[:place] + other + value[place + 1 :]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        (STATEMENTS, ("device", "cert")),
        (STATEMENTS, ("device", "card")),
        (STATEMENTS, ("device_id",)),
        (STATEMENTS, ("cert_hash",)),
        (STATEMENTS, ("bundle", "whole")),
        (STATEMENTS, ("manifest", "epoch")),
        (STATEMENTS, ("revocation_by_ak", "reason")),
        (STATEMENTS, ("revocation_by_device", "issued")),
        (STATEMENTS, ("token", "mailbox")),
        (STATEMENTS, ("token", "qr")),
        (STATEMENTS, ("card_qr",)),
        (STATEMENTS, ("roster", "title")),
        (STATEMENTS, ("login", "challenge")),
        (STATEMENTS, ("onion_card", "issued")),
        (STATEMENTS, ("invite", "link")),
        (STATEMENTS, ("invite", "without_hosts")),
        ("safety_number.json", (0, "digits")),
        ("friend_code.json", ("codes", 0, "code")),
        ("friend_code.json", ("printed_normal", 0, 1)),
        ("friend_code.json", ("rendezvous", 0, "id")),
        ("friend_code.json", ("group_rendezvous", 0, "roster")),
        ("recovery_sheet.json", (0, "sheet")),
        ("proof_of_work.json", (2, "solution")),
        ("proof_of_work.json", (0, "challenge")),
    ],
)
def test_a_spoilt_vector_fails(name: str, path: tuple[str | int, ...]) -> None:
    document = _load(name)
    _spoil(document, *path)
    failed = 0
    for _, check in KNOWN[name](document):
        try:
            check()
        except Exception:  # noqa: BLE001  # each of them counts as a failure
            failed += 1
    assert failed


def _refusals(document: Any, kind: str) -> list[Callable[[], None]]:
    entries = KNOWN[STATEMENTS](document)
    return [check for entry, check in entries if entry.startswith(f"{kind}: ")]


def test_a_good_link_among_the_refused_fails() -> None:
    document = _load(STATEMENTS)
    document["invite"]["refused"] = [{"why": "it is good", "link": document["invite"]["link"]}]
    (check,) = _refusals(document, "refused link")
    with pytest.raises(AssertionError, match="must not"):
        check()


def test_a_good_statement_among_the_refused_fails() -> None:
    document = _load(STATEMENTS)
    names = "bundle", "manifest", "revocation_by_device", "token", "roster", "onion_card"
    document["refused"] = {name: document[name]["whole"] for name in names}
    document["refused"]["cert"] = document["device"]["cert"]
    refusals = _refusals(document, "refused")
    assert len(refusals) == 7
    for check in refusals:
        with pytest.raises(AssertionError, match="must not"):
            check()


def test_the_checks_take_what_a_file_has() -> None:
    assert list(KNOWN[STATEMENTS]({})) == []
    assert [entry for entry, _ in KNOWN["friend_code.json"]({"codes": [{}]})] == ["codes 1"]
    assert isinstance(KNOWN["safety_number.json"], partial)
