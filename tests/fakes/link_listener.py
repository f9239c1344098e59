"""A listener of a link that keeps what it is told."""


class RememberingListener:
    """A `LinkListener`: `frames` in their order, and how often the link told of its end."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.times_closed = 0
        self.was_misused = False

    def frame(self, data: bytes) -> None:
        """Keep a frame."""
        self.frames.append(data)

    def closed(self, *, by_misuse: bool) -> None:
        """Count an end."""
        self.times_closed += 1
        self.was_misused = by_misuse
