"""Cyclic garbage is collected in the window's thread alone.

The interpreter collects in whichever thread happens to allocate. In the core's thread that would
destroy widgets and timers of the window, which Qt allows in their own thread only.
"""

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 5_000


class Garbage(QObject):
    """Takes the collector over until `close`; every turn does what it would have done by itself."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._tick = QTimer(self, interval=EVERY_MS)
        self._tick.timeout.connect(self.collect)
        self._tick.start()

    def collect(self) -> None:
        """Collect the oldest generation that is full, and the younger ones with it."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if counts[generation] > thresholds[generation]:
                gc.collect(generation)
                return

    def close(self) -> None:
        """Let the interpreter collect again where it likes."""
        self._tick.stop()
        gc.enable()
