"""How far the work is that a server asks for before it looks somebody up or takes a new name."""

from PySide6.QtCore import QObject, Signal

from whisp_desktop.session.events import Event, Solving
from whisp_desktop.ui.bridge import Bridge


class Work(QObject):
    """Follows what the core tells of work.

    done -- from 0 to 1; None before there is any, and when it is finished
    """

    changed = Signal()

    def __init__(self, bridge: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        self.done: float | None = None
        bridge.event.connect(self._hear)

    @property
    def percent(self) -> int:
        """Whole parts of a hundred."""
        return int(100 * (self.done or 0.0))

    def forget(self) -> None:
        """Whatever was done was for something else."""
        self.done = None
        self.changed.emit()

    def _hear(self, event: Event) -> None:
        if isinstance(event, Solving):
            self.done = event.fraction if event.fraction < 1.0 else None
            self.changed.emit()
