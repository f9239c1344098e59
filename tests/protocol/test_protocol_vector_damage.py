"""Nothing of a vector may be otherwise: a value changed, a field missing or a field more must fail.

Values are taken by their fields: of all the places that have one, a random one each run.
"""

import json
import random
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.vectors.__main__ import check_file, known_files

VECTORS = Path(__file__).parents[1] / "vectors"

Leaf = tuple[str | int, ...]
Damage = Callable[[Any, str | int], None]

WORDS = "words for readers"
REFUSED = "what is refused may be wrong in yet another way"
TIME = "what holds at one time holds at others"
UNUSED = "an input on which this result need not depend"

MAY_CHANGE: dict[str, dict[str, str]] = {
    "enrollment.json": {
        "*.name": WORDS,
        "*.steps.*.what": WORDS,
        "*.wrong_digits.*": REFUSED,
        **{f"*.refused_e{step}.*.why": WORDS for step in range(1, 5)},
        **{f"*.refused_e{step}.*.frame": REFUSED for step in range(1, 5)},
    },
    "friend_code.json": {
        "codes.*.now": TIME,
        "rendezvous.*.now": TIME,
        "group_rendezvous.*.now": TIME,
    },
    "groups.json": {
        "refused.*.why": WORDS,
        "refused.*.signer": REFUSED,
        "refused.*.whole": REFUSED,
        "refused_first.*.why": WORDS,
        "refused_second.*.why": WORDS,
    },
    "padding.json": {
        "padded.*.body": "the first bytes are the same by other words",
        "refused_plaintexts.*": REFUSED,
    },
    "pake.json": {
        "*.name": WORDS,
        "*.wrong_guests.*.why": WORDS,
        **{f"*.refused_p{step}.*.why": WORDS for step in range(1, 5)},
        **{f"*.refused_p{step}.*.frame": REFUSED for step in range(1, 5)},
    },
    "peer_messages.json": {
        "refused.*.why": WORDS,
        "refused.*.kind": REFUSED,
        "refused.*.body": REFUSED,
        "unknown.*.kind": "there are many unknown kinds",
        "unknown.*.body": "nobody reads what an unknown kind says",
    },
    "proof_of_work.json": {
        "*.what": WORDS,
        "*.note": WORDS,
        "*.now": TIME,
        "*.solution": "another nonce may satisfy the rule as well, one in 32 for the least work",
        "*.refused.*.why": WORDS,
        "*.refused.*.solution": REFUSED,
    },
    "route.json": {
        "routes.*.name": WORDS,
        "routes.*.development": UNUSED,
        "routes.*.own.*.kind": UNUSED,
        "routes.*.own.*.address": UNUSED,
        "routes.*.own.*.port": UNUSED,
        "routes.*.own.*.priority": UNUSED,
        "refused.*.why": WORDS,
        "refused.*.bytes": REFUSED,
    },
    "server_frames.json": {
        "requests.*.name": WORDS,
        "answers.*.name": WORDS,
        "refused_requests.*.why": WORDS,
        "refused_requests.*.frame": REFUSED,
        "refused_requests.*.size_bytes": REFUSED,
        "refused_answers.*.why": WORDS,
        "refused_answers.*.frame": REFUSED,
        "refused_answers.*.size_bytes": REFUSED,
    },
    "session.json": {
        "*.name": WORDS,
        "*.steps.*.what": WORDS,
        "*.events.*.why": WORDS,
        "*.events.*.frame": "another frame may open at that moment as well, or be refused",
        "*.events.*.bit": REFUSED,
        "*.events.*.bytes": REFUSED,
        "*.refused_m1.*.why": WORDS,
        "*.refused_m1.*.m1": REFUSED,
        "*.refused_m2.*.why": WORDS,
        "*.refused_m2.*.m2": REFUSED,
        "*.refused_fins.*.why": WORDS,
        "*.refused_fins.*.from_B": REFUSED,
    },
    "standing.json": {
        "*.name": WORDS,
        "*.events.*.why": WORDS,
        "*.events.*.now": TIME,
        "*.events.*.passed_over": "nothing is verified of what is passed over",
        "*.events.*.refused": REFUSED,
    },
    "statements.json": {
        "refused.*": REFUSED,
        "refused_qr.*.why": WORDS,
        "refused_qr.*.text": REFUSED,
        "invite.refused.*.why": WORDS,
        "invite.refused.*.link": REFUSED,
    },
}

SAME_KEY = {
    "_seed_d_z": slice(64, None),  # only what a wrong ciphertext decapsulates to depends on z
    "_private": slice(2),  # RFC 7748 clears bits of the first byte
}
"""Digits of private keys that do not matter, by the last words of a field's name."""

MAY_BE_MISSING = {"name", "note", "what", "why", "*"}
"""Words for readers, and one of many entries in a list."""
MAY_BE_MISSING |= {"rk", "hk", "ck", "mk", "size_bytes"}
"""What not every frame has: keys between, zeros at its end."""


def leaves(value: Any, leaf: Leaf = ()) -> Iterator[Leaf]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, (*leaf, name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from leaves(inner, (*leaf, place))
    else:
        yield leaf


def field_of(leaf: Leaf) -> str:
    """Return the leaf's place without the numbers of entries, and without reasons as names."""
    names = ["*" if isinstance(step, int) else step for step in leaf]
    if leaf[:1] == ("refused",) and len(leaf) > 1:
        names[1] = "*"
    return ".".join(names)


def changed(value: Any, name: str) -> Any:
    """Return the least change: one character, a number one higher."""
    match value:
        case None:
            return "00" * 32
        case bool():
            return not value
        case int():
            return value + 1
        case "":
            return "00"
    places = list(range(len(value)))
    for ending, digits in SAME_KEY.items():
        if name.endswith(ending):
            del places[digits]
    place = random.choice(places)
    old = value[place]
    new = f"{int(old, 16) ^ 1:x}" if old in "0123456789abcdef" else chr(ord(old) ^ 1)
    return value[:place] + new + value[place + 1 :]


def change(place: Any, step: str | int) -> None:
    place[step] = changed(place[step], str(step))


def remove(place: Any, step: str | int) -> None:
    del place[step]


def add(place: Any, _step: str | int) -> None:
    place["more"] = 1


def damaged(document: Any, leaf: Leaf, damage: Damage) -> Any:
    """Return a copy, damaged at that leaf or around it; of a list, that entry alone."""
    if isinstance(document, list):
        document, leaf = [document[int(leaf[0])]], (0, *leaf[1:])
    copy = json.loads(json.dumps(document))
    place = copy
    for step in leaf[:-1]:
        place = place[step]
    damage(place, leaf[-1])
    return copy


def passes(folder: Path, name: str, document: Any) -> bool:
    path = folder / name
    path.write_text(json.dumps(document), encoding="utf-8")
    return not any(check_file(path, known_files()[name]))


def read(name: str) -> Any:
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


def by_field(document: Any) -> dict[str, list[Leaf]]:
    found: dict[str, list[Leaf]] = {}
    for leaf in leaves(document):
        found.setdefault(field_of(leaf), []).append(leaf)
    return found


def check_all_fail(folder: Path, name: str, chosen: Iterable[Leaf], damage: Damage) -> None:
    document = read(name)
    unseen = [leaf for leaf in chosen if passes(folder, name, damaged(document, leaf, damage))]
    assert unseen == []


@pytest.mark.parametrize("name", sorted(known_files()))
def test_a_changed_value_fails(tmp_path: Path, name: str) -> None:
    fields, may_change = by_field(read(name)), MAY_CHANGE.get(name, {})
    assert set(may_change) <= set(fields)
    chosen = [random.choice(fields[field]) for field in fields if field not in may_change]
    check_all_fail(tmp_path, name, chosen, change)


@pytest.mark.parametrize("name", sorted(known_files()))
def test_a_missing_field_fails(tmp_path: Path, name: str) -> None:
    fields = by_field(read(name))
    chosen = [
        random.choice(fields[field])
        for field in fields
        if field.rpartition(".")[2] not in MAY_BE_MISSING
    ]
    check_all_fail(tmp_path, name, chosen, remove)


@pytest.mark.parametrize("name", sorted(set(known_files()) - {"recovery_sheet.json"}))
def test_a_field_more_fails(tmp_path: Path, name: str) -> None:
    """In one object of each kind. Of recovery sheets each run would take a second."""
    around = {field_of(leaf[:-1]): leaf for leaf in leaves(read(name)) if isinstance(leaf[-1], str)}
    check_all_fail(tmp_path, name, around.values(), add)
