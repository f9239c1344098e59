"""A panic amid a frame: another thread closes the ratchet between any two lines of its work.

Threads are not needed for that: a trace function closes the ratchet at one line after the other,
and notes every key that the work has in hand.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import FrameType
from typing import Any

import pytest

from tests.harness import pair
from tests.ratchet_state import key_buffers
from whisp_desktop.protocol import chains, keys, ratchet
from whisp_desktop.protocol.keys import AgreementKey, KemKey, Secret

TEXT = 0x10
TRACED = {chains.__file__, keys.__file__, ratchet.__file__}
Work = Callable[[], object]


def begin_a_turn() -> tuple[ratchet.Ratchet, Work]:
    _, bob = pair()
    return bob.ratchet, lambda: bob.ratchet.encrypt(TEXT, b"mine")


def begin_another_turn() -> tuple[ratchet.Ratchet, Work]:
    alice, bob = pair()
    alice.ratchet.decrypt(bob.ratchet.encrypt(TEXT, b"yours"))
    alice.ratchet.prepare()
    return alice.ratchet, lambda: alice.ratchet.encrypt(TEXT, b"mine")


def go_on() -> tuple[ratchet.Ratchet, Work]:
    alice, _ = pair()
    return alice.ratchet, lambda: alice.ratchet.encrypt(TEXT, b"more")


def prepare() -> tuple[ratchet.Ratchet, Work]:
    _, bob = pair()
    return bob.ratchet, bob.ratchet.prepare


def open_the_next() -> tuple[ratchet.Ratchet, Work]:
    alice, bob = pair()
    for _ in range(2):
        alice.ratchet.encrypt(TEXT, b"late")
    frame = alice.ratchet.encrypt(TEXT, b"came first")
    return bob.ratchet, lambda: bob.ratchet.decrypt(frame)


def open_a_late_one() -> tuple[ratchet.Ratchet, Work]:
    alice, bob = pair()
    late = alice.ratchet.encrypt(TEXT, b"late")
    bob.ratchet.decrypt(alice.ratchet.encrypt(TEXT, b"came first"))
    return bob.ratchet, lambda: bob.ratchet.decrypt(late)


def open_a_turn() -> tuple[ratchet.Ratchet, Work]:
    """Alice's next turn, which tells that two frames of her last one are late."""
    alice, bob = pair()
    for _ in range(2):
        alice.ratchet.encrypt(TEXT, b"late")
    alice.ratchet.decrypt(bob.ratchet.encrypt(TEXT, b"yours"))
    frame = alice.ratchet.encrypt(TEXT, b"mine")
    return bob.ratchet, lambda: bob.ratchet.decrypt(frame)


CASES = (
    begin_a_turn,
    begin_another_turn,
    go_on,
    prepare,
    open_the_next,
    open_a_late_one,
    open_a_turn,
)


def buffers_in(value: Any) -> Iterator[bytearray]:
    """Return the live buffers of what a local name holds, be it half made."""
    if isinstance(value, bytearray):
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from buffers_in(each)
    elif isinstance(value, Secret | AgreementKey | KemKey):
        for name in ("_data", "private", "seed"):
            yield from buffers_in(getattr(value, name, None))


def panic_at(place: int, side: ratchet.Ratchet, work: Work) -> tuple[bool, list[bytearray]]:
    """Do the work and close the ratchet before its line number `place`.

    Returns whether the work had so many lines, and all buffers that it had in hand.
    """
    seen, lines = key_buffers(side), 0

    def watch(frame: FrameType, event: str, _: object) -> Any:
        nonlocal lines
        if frame.f_code.co_filename not in TRACED:
            return None
        for value in frame.f_locals.values():
            seen.extend(buffers_in(value))
        if event == "line":
            if lines == place:
                before = sys.gettrace()
                sys.settrace(None)
                side.close()
                sys.settrace(before)
            lines += 1
        return watch

    before = sys.gettrace()
    sys.settrace(watch)
    try:
        with suppress(ValueError):
            work()
    finally:
        sys.settrace(before)
    return lines > place, seen


@pytest.mark.parametrize("case", CASES)
def test_a_panic_at_any_line_leaves_no_key(
    case: Callable[[], tuple[ratchet.Ratchet, Work]],
) -> None:
    place, reached = 0, True
    while reached:
        side, work = case()
        reached, seen = panic_at(place, side, work)
        if reached:
            assert not any(map(any, seen)), place
            assert not side.can_send
        place += 1
    assert place > 5
