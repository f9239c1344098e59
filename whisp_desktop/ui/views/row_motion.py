"""What moves in the list of messages: rings that drain, and rows that go."""

from typing import Final

from PySide6.QtCore import QModelIndex, QObject, QTimer, Signal

from whisp_desktop.session.commands import MessageId
from whisp_desktop.ui import theme
from whisp_desktop.ui.viewmodels.lifetimes import time_left
from whisp_desktop.ui.viewmodels.messages import MessageList, MessageRow
from whisp_desktop.ui.views.dissolve import DISSOLVE_MS, FADE_MS
from whisp_desktop.ui.views.ring import arc_px

_FRAME_MS: Final = 16
_SLOW_MS: Final = 1000
_FAST_MS: Final = 100
_FAST_BELOW_S: Final = 10


class RowMotion(QObject):
    """One coarse timer for all rings, one for all rows that go; each runs only while it must."""

    ring_moved = Signal(QModelIndex)
    shape_moved = Signal(QModelIndex)
    heights_changed = Signal()

    def __init__(self, messages: MessageList, parent: QObject) -> None:
        super().__init__(parent)
        self._messages = messages
        self._shown: dict[MessageId, tuple[str, int]] = {}
        self._rings = QTimer(self)
        self._rings.timeout.connect(self._move_rings)
        self._frames = QTimer(self)
        self._frames.setInterval(_FRAME_MS)
        self._frames.timeout.connect(self._move_shapes)
        messages.timer_started.connect(self._move_rings)
        messages.going.connect(self._begin)
        messages.modelReset.connect(self._rest)

    @property
    def interval_ms(self) -> int:
        """How often rings are looked at now; 0 while no timer runs."""
        return self._rings.interval() if self._rings.isActive() else 0

    def _rest(self) -> None:
        self._rings.stop()
        self._frames.stop()
        self._shown.clear()

    def _begin(self, index: QModelIndex) -> None:
        self.shape_moved.emit(index)
        if not self._frames.isActive():
            self._frames.start()

    def _move_rings(self) -> None:
        running = self._messages.timers()
        if not running:
            self._rings.stop()
            self._shown.clear()
            return
        now = self._messages.clock()
        shown = {}
        for row in running:
            shown[row.message] = _look(row, now)
            if shown[row.message] != self._shown.get(row.message):
                self.ring_moved.emit(self._messages.index_of(row))
        self._shown = shown
        soonest_s = min(row.left_s(now) or 0.0 for row in running)
        interval_ms = _FAST_MS if soonest_s <= _FAST_BELOW_S else _SLOW_MS
        if not self._rings.isActive() or self._rings.interval() != interval_ms:
            self._rings.start(interval_ms)

    def _move_shapes(self) -> None:
        now = self._messages.clock()
        going = [row for row in self._messages.rows if row.going_since is not None]
        ends_ms = FADE_MS if theme.current().reduced_motion else DISSOLVE_MS
        for row in going:
            if (now - (row.going_since or now)) * 1000 >= ends_ms:
                self._messages.drop(row.message)
            else:
                self.shape_moved.emit(self._messages.index_of(row))
        if not any(row.going_since for row in self._messages.rows):
            self._frames.stop()
        self.heights_changed.emit()


def _look(row: MessageRow, now: float) -> tuple[str, int]:
    left_s = row.left_s(now) or 0.0
    return time_left(left_s), arc_px(left_s / row.lifetime_s)
