"""When something is next due in a session: one timer, no polling."""

from collections.abc import Callable

from whisp_desktop.session.clock import Clock, Timer

HEARTBEAT_S = 5.0
QUIET_S = 7.5
SILENCE_S = 15.0
ANSWER_AFTER_S = 0.004
"""Receipts wait until the window, whose thread shares the interpreter, has shown the message."""


class Pulse:
    """Who spoke last and who was heard last, and a timer for what follows from it.

    `wake` is called when the earliest of the armed instants has come, and then arms the next.
    """

    def __init__(self, clock: Clock, wake: Callable[[], None]) -> None:
        self._clock = clock
        self._wake = wake
        self._timer: Timer | None = None
        self._timer_at = 0.0
        self.spoke_at = self.heard_at = clock.now()
        self.is_quiet = False

    def arm(self, *, speaks: bool, expiry_at: float | None) -> None:
        """Wake at the next heartbeat (if this side speaks), silence, or expiry of a message."""
        due = [self.heard_at + (SILENCE_S if self.is_quiet else QUIET_S)]
        if speaks:
            due.append(self.spoke_at + HEARTBEAT_S)
        if expiry_at is not None:
            due.append(expiry_at)
        at = min(due)
        if self._timer is not None:
            if self._timer_at <= at:
                return
            self._timer.cancel()
        self._timer_at = at
        delay_s = max(0.0, at - self._clock.now())
        self._timer = self._clock.call_later(delay_s, self._woken)

    def _woken(self) -> None:
        self._timer = None
        self._wake()

    def stop(self) -> None:
        """Wake no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
