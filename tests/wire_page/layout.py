"""Layouts as the specification writes them, made from the fields of real bytes."""

from dataclasses import dataclass

from tests.wire_page.page import span


@dataclass(frozen=True)
class Field:
    """One piece of a layout: how the page writes it, and what it is in some real bytes."""

    text: str
    value: bytes


ZEROS = Field("zeros rest", b"")
"""Fills what is left; the last field."""


def byte(value: int) -> Field:
    return Field(f"{value:02x}", bytes((value,)))


def letters(value: bytes) -> Field:
    return Field(f'"{value.decode()}"', value)


def number(name: str, size_bytes: int, value: int) -> Field:
    return Field(f"{name} u{8 * size_bytes}", value.to_bytes(size_bytes, "big"))


def fixed(name: str, value: bytes) -> Field:
    return Field(f"{name} {len(value)}", value)


def between(name: str, value: bytes, least: int, most: int) -> Field:
    assert least <= len(value) <= most
    return Field(f"{name} {span(least, most)}", value)


def rest(name: str, value: bytes) -> Field:
    return Field(f"{name} rest", value)


def layout_of(whole: bytes, *fields: Field) -> str:
    """The layout of real bytes. AssertionError unless these fields are what they consist of."""
    made = b"".join(field.value for field in fields)
    assert whole == (made.ljust(len(whole), b"\0") if fields[-1:] == (ZEROS,) else made)
    return " ‖ ".join(field.text for field in fields)
