"""The line under a conversation's header: its pulse (look.md §3)."""

from enum import StrEnum
from typing import Final

from PySide6.QtCore import QEasingCurve, QPointF, QRectF, QSize, Qt, QVariantAnimation
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from whisp_desktop.ui import theme


class LineState(StrEnum):
    """Who is at the other end."""

    NOBODY = "nobody"
    REACHING = "reaching"
    BOTH = "both"
    QUIET = "quiet"
    GONE = "gone"


_HEIGHT_PX: Final = 12
_INSET_PX: Final = 20
_STROKE_PX: Final = 2.0
_CHANGE_MS: Final = 180
_POINTS: Final = {LineState.REACHING: ("accent", 8.0), LineState.QUIET: ("warn_mark", 7.0)}
# The two dots of the mark: (distance from the end, radius, opacity); radii as 25 to 16.
_DOTS: Final = ((15.0, 2.2, 0.8), (5.0, 1.4, 0.5))
_SOLID_ENDS_PX: Final = 25.0
_GONE_REACH_PX: Final = 480.0
_GONE_DOT_PX: Final = 2.2


class SignatureLine(QWidget):
    """Moves only when the state changes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = LineState.NOBODY
        self._before = LineState.NOBODY
        self._change = QVariantAnimation(self)
        self._change.setStartValue(0.0)
        self._change.setEndValue(1.0)
        self._change.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._change.valueChanged.connect(self.update)
        self.setFixedHeight(_HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self.update)

    @property
    def state(self) -> LineState:
        """What it shows, or is about to show."""
        return self._state

    def show_state(self, state: LineState, said: str) -> None:
        """Change to a state; `said` is its accessible name, such as *Both here*."""
        self.setAccessibleName(said)
        if state == self._state:
            return
        self._before, self._state = self._state, state
        duration_ms = theme.current().duration_ms(_CHANGE_MS)
        if duration_ms and self.isVisible():
            self._change.setDuration(duration_ms)
            self._change.start()
        else:
            self._change.stop()
            self._before = state
            self.update()

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(240, _HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the state, or two of them while one fades into the other."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            painter.translate(self.width(), 0)
            painter.scale(-1, 1)
        changing = self._change.state() == QVariantAnimation.State.Running
        come = float(self._change.currentValue()) if changing else 1.0
        if come < 1.0:
            painter.setOpacity(1.0 - come)
            self._paint_state(painter, self._before)
        painter.setOpacity(come)
        self._paint_state(painter, self._state)

    def _paint_state(self, painter: QPainter, state: LineState) -> None:
        colors = theme.current()
        if state == LineState.NOBODY:
            y = self.height() / 2 - 0.5
            painter.fillRect(QRectF(0, y, self.width(), 1), colors.color("line"))
        elif state == LineState.BOTH:
            self._paint_both(painter, colors.color("accent"))
        elif state == LineState.GONE:
            self._paint_gone(painter, colors.color("line_strong"))
        else:
            token, step = _POINTS[state]
            self._paint_points(painter, colors.color(token), step)

    def _paint_both(self, painter: QPainter, color: QColor) -> None:
        y, end = self.height() / 2, self.width() - _INSET_PX
        solid = QRectF(
            _INSET_PX - 1, y - _STROKE_PX / 2, end - _SOLID_ENDS_PX - _INSET_PX + 1, _STROKE_PX
        )
        painter.fillRect(solid, color)
        painter.setPen(Qt.PenStyle.NoPen)
        for from_end, radius, strength in _DOTS:
            ink = QColor(color)
            ink.setAlphaF(strength)
            painter.setBrush(ink)
            painter.drawEllipse(QPointF(end - from_end, y), radius, radius)

    def _paint_points(self, painter: QPainter, color: QColor, step_px: float) -> None:
        pen = QPen(color, _STROKE_PX)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        y, room = self.height() / 2, self.width() - 2 * _INSET_PX
        painter.drawPoints(
            [QPointF(_INSET_PX + place * step_px, y) for place in range(int(room / step_px) + 1)]
        )

    def _paint_gone(self, painter: QPainter, color: QColor) -> None:
        y, reach = self.height() / 2, min(_GONE_REACH_PX, float(self.width() - 2 * _INSET_PX))
        painter.setPen(Qt.PenStyle.NoPen)
        far = 0.0
        while far < reach:
            k = far / reach
            ink = QColor(color)
            ink.setAlphaF(0.85 * (1 - k))
            painter.setBrush(ink)
            radius = _GONE_DOT_PX * (1 - 0.75 * k)
            painter.drawEllipse(QPointF(_INSET_PX + far, y), radius, radius)
            far += 10.0 + 6.0 * k
