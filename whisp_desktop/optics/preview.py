"""What a window shows of a frame."""

from dataclasses import dataclass


@dataclass(slots=True)
class Preview:
    """One frame, mirrored: rows of RGB, 8 bits each. Whoever gets it wipes it."""

    pixels: bytearray
    width: int
    height: int
    is_dark: bool

    def close(self) -> None:
        """Overwrite the pixels."""
        self.pixels[:] = bytes(len(self.pixels))
