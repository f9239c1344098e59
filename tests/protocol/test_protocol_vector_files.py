"""The kept vectors are what the second implementation makes."""

from pathlib import Path

import pytest

from tests.vectors.generate import FILES, text_of

VECTORS = Path(__file__).parents[1] / "vectors"


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_kept_file_is_what_the_generator_makes(name: str) -> None:
    assert (VECTORS / name).read_text(encoding="utf-8") == text_of(name)


def test_every_kept_file_has_a_generator() -> None:
    assert {path.name for path in VECTORS.glob("*.json")} == set(FILES)
