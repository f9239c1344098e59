"""A clock that moves when a test says so, and then calls whatever is due."""

from collections.abc import Callable


class SteppingTimer:
    """One call that waits."""

    def __init__(self, at: float, wake: Callable[[], None]) -> None:
        self.at = at
        self.wake = wake
        self.is_cancelled = False

    def cancel(self) -> None:
        """Let it not happen."""
        self.is_cancelled = True


class SteppingClock:
    """The interface of `session.clock.Clock`."""

    def __init__(self) -> None:
        self._now = 1_000.0
        self._timers: list[SteppingTimer] = []

    def now(self) -> float:
        """Return the instant."""
        return self._now

    def call_later(self, delay_s: float, wake: Callable[[], None]) -> SteppingTimer:
        """Remember the call."""
        timer = SteppingTimer(self._now + delay_s, wake)
        self._timers.append(timer)
        return timer

    @property
    def waiting(self) -> int:
        """How many calls wait."""
        return sum(not timer.is_cancelled for timer in self._timers)

    def advance(self, seconds: float) -> None:
        """Let time pass, with every call at its own instant."""
        end = self._now + seconds
        while True:
            self._timers = [timer for timer in self._timers if not timer.is_cancelled]
            due = min(self._timers, key=lambda timer: timer.at, default=None)
            if due is None or due.at > end:
                break
            self._timers.remove(due)
            self._now = max(self._now, due.at)
            due.wake()
        self._now = end
