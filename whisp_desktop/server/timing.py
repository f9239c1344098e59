"""When an answer leaves: at a due time that says nothing about the work behind it."""

import math
from collections.abc import Callable
from typing import Final, Protocol

TICK_S: Final = 0.05
STRANGER_DELAY_S: Final = 0.3
PAKE_DELAY_S: Final = 2.0

_A_MICROSECOND_S: Final = 1e-6


def due_at(arrival_s: float, delay_s: float) -> float:
    """Return `arrival_s` + `delay_s`, rounded up to a tick of the server's clock (seconds)."""
    return math.ceil((arrival_s + delay_s) / TICK_S - _A_MICROSECOND_S) * TICK_S


class Timers(Protocol):
    """What a due time needs of an event loop."""

    def time(self) -> float:
        """Return the monotonic clock, in seconds."""

    def call_at(self, when: float, callback: Callable[[], object], /) -> object:
        """Call `callback` once the clock shows `when`."""


class DueTimes:
    """Answers that wait for their tick: one timer a tick, answers in the order of arrival."""

    def __init__(self, timers: Timers) -> None:
        self._timers = timers
        self._waiting: dict[float, list[Callable[[], None]]] = {}

    def answer(self, arrival_s: float, delay_s: float, leave: Callable[[], None]) -> None:
        """Call `leave` when an answer to what arrived at `arrival_s` is due."""
        tick = due_at(arrival_s, delay_s)
        waiting = self._waiting.get(tick)
        if waiting is None:
            self._waiting[tick] = [leave]
            self._timers.call_at(tick, lambda: self._ring(tick))
        else:
            waiting.append(leave)

    def _ring(self, tick: float) -> None:
        for leave in self._waiting.pop(tick):
            leave()
