"""The two clocks of a server, handed to whatever needs the time."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """`unix` returns Unix seconds; `instant` monotonic seconds, the event loop's."""

    unix: Callable[[], int]
    instant: Callable[[], float]
