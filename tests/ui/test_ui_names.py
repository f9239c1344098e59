"""Names in sentences do no harm."""

import pytest

from whisp_desktop.ui.names import in_sentence, initial, is_username, plain_name


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("bob", "bob"),
        ("Bob\u202egnp", "Bobgnp"),
        ("B\u2066o\u2069b", "Bob"),
        ("B\nob\x00", "Bob"),
        ("B\u2028o\u2029b", "Bob"),
        ("بوب", "بوب"),
    ],
)
def test_control_signs_are_taken_out(name: str, plain: str) -> None:
    assert plain_name(name) == plain
    assert in_sentence(name) == f"\u2068{plain}\u2069"


@pytest.mark.parametrize(
    ("name", "good"),
    [("bob", True), ("a_1" * 8, True), ("ab", False), ("a" * 25, False), ("1bob", False)],
)
def test_what_a_username_is(name: str, good: bool) -> None:  # noqa: FBT001  # a parameter
    assert is_username(name) is good


def test_the_letter_of_a_face() -> None:
    assert [initial(name) for name in ("bob", "\u202ebob", "")] == ["B", "B", ""]


def test_a_long_name_can_be_broken_between_lines() -> None:
    assert in_sentence("abcdefghijkl") == "\u2068abcdefghijkl\u2069"
    assert in_sentence("abcdefghijklm") == "\u2068abcdefgh\u200bijklm\u2069"
