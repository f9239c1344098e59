"""The clock of conversations: monotonic, the peer's is never asked."""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol


class Timer(Protocol):
    """Something that will happen, unless it is cancelled."""

    def cancel(self) -> None:
        """Let it not happen."""


class Clock(Protocol):
    """Instants in seconds, and a call at a later one."""

    def now(self) -> float:
        """Return the instant."""

    def call_later(self, delay_s: float, wake: Callable[[], None]) -> Timer:
        """Call `wake` once so many seconds have passed."""


class LoopClock:
    """The clock of this machine, on the running event loop."""

    def now(self) -> float:
        """Return `time.monotonic()`, which front ends read as well."""
        return time.monotonic()

    def call_later(self, delay_s: float, wake: Callable[[], None]) -> Timer:
        """Call on the loop."""
        return asyncio.get_running_loop().call_later(delay_s, wake)
