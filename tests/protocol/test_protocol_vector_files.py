"""The kept vectors are what the second implementation makes, and leave no kind of anything out."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.vectors.__main__ import known_files
from tests.vectors.generate import FILES, text_of
from whisp_desktop import protocol
from whisp_desktop.protocol import group_messages, peer_messages, server_messages
from whisp_desktop.protocol.statements import StatementType

VECTORS = Path(__file__).parents[1] / "vectors"


def read(name: str) -> Any:
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_kept_file_is_what_the_generator_makes(name: str) -> None:
    assert (VECTORS / name).read_text(encoding="utf-8") == text_of(name)


def test_every_kept_file_has_a_generator_a_check_and_a_line_on_the_page() -> None:
    kept = {path.name for path in VECTORS.glob("*.json")}
    assert kept == set(FILES) == set(known_files())
    page = (VECTORS / "README.md").read_text(encoding="utf-8")
    assert all(f"| `{name}` |" in page for name in kept)


def test_every_kind_of_message_has_a_vector() -> None:
    accepted = read("peer_messages.json")["accepted"]
    assert {entry["kind"] for entry in accepted} == set(peer_messages._KINDS)
    inside = {entry["fields"]["message"]["kind"] for entry in accepted if entry["name"] == "GROUP"}
    assert inside == set(group_messages._INSIDE)


@pytest.mark.parametrize(
    ("part", "tags"),
    [("requests", server_messages._REQUESTS), ("answers", server_messages._ANSWERS)],
)
def test_every_form_of_frame_has_a_vector(part: str, tags: server_messages._Tags) -> None:
    """A frame's form is its tag and how many fields it has, `pad` counted."""
    found = {
        (entry["fields"][0], len(entry["fields"]) + ("size_bytes" in entry))
        for entry in read("server_frames.json")[part]
    }
    assert found == {(tag, row.elements) for tag, forms in tags.items() for row in forms.rows}


def test_every_label_is_used_by_the_second_implementation() -> None:
    names = set(re.findall(r'\b(?:label|derive)\("([a-z-]+)"', _sources(Path(protocol.__file__))))
    assert len(names) > 15
    reference = _sources(VECTORS / "reference" / "__init__.py")
    assert {name for name in names if f'"{name}"' not in reference} == set()


def _sources(package: Path) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in package.parent.glob("*.py"))


def test_every_type_of_statement_has_a_vector() -> None:
    document = read("statements.json")
    wholes = [document["device"][name] for name in ("cert", "card")]
    objects = [entry for entry in document.values() if isinstance(entry, dict)]
    wholes += [entry["whole"] for entry in objects if "whole" in entry]
    assert {int(whole[8:10], 16) for whole in wholes} == set(StatementType)
