"""Constructions of the specification beside what the program made of the same values."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from tests.wire_page.page import Table, value_of
from whisp_desktop.protocol.symmetric_state import SymmetricState

Right = bytes | Callable[[bytes], bool]
Made = tuple[dict[str, Any], Right]
"""The values that a construction names; and what comes of it, or who tells that it is right."""


def drawn() -> bytes:
    return secrets.token_bytes(32)


def drawn_state() -> tuple[SymmetricState, dict[str, Any]]:
    ck, h = drawn(), drawn()
    return SymmetricState(ck, h), {"ck": ck, "h": h}


def compare_made(table: Table, key: str, made: Mapping[str, Callable[[], Made]]) -> None:
    constructions = table.pairs(key, "construction")
    assert constructions.keys() == made.keys()
    for name, construction in constructions.items():
        values, right = made[name]()
        result = value_of(construction, values)
        assert right(result) if callable(right) else result == right, name
