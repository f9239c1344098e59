"""A monotonic clock that only moves when a test says so."""


class FakeClock:
    """`now` in seconds; call it as `time.monotonic` is called."""

    def __init__(self, now: float = 1_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def pass_s(self, seconds: float) -> float:
        """Let time pass; return the new instant."""
        if seconds < 0:
            raise ValueError("a monotonic clock does not go back")
        self.now += seconds
        return self.now
