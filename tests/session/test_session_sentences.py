"""What the core says to a person keeps to the rules for words."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import whisp_desktop

ROOMS = ("chat", "headless", "session", "transport", "vault")
FORBIDDEN = re.compile(
    r"(?<!network )\baddress\b|\b(secure|safe|anonymous|untraceable|military)\b|!", re.IGNORECASE
)


def _sentences(source: str) -> Iterator[str]:
    """Yield what reads like a sentence: strings, docstrings left out."""
    tree = ast.parse(source)
    docstrings = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docstrings
            and re.search(r"[a-z] [a-z].*\.", node.value)
        ):
            yield node.value


def test_no_sentence_uses_a_word_that_is_not_to_be_used() -> None:
    root = Path(whisp_desktop.__file__).parent
    files = [file for room in ROOMS for file in sorted((root / room).glob("*.py"))]
    said = [sentence for file in files for sentence in _sentences(file.read_text())]
    assert len(said) > 50
    assert [sentence for sentence in said if FORBIDDEN.search(sentence)] == []
