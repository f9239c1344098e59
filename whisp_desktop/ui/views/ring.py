"""The ring: time that drains clockwise, and the turning one of an awaited answer (look.md §3)."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QVariantAnimation
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from whisp_desktop.ui import theme

RING_PX: Final = 14
_STROKE_PX: Final = 2
_TRACK_OPACITY: Final = 0.3
_LAST_TENTH: Final = 0.1
_FULL_TURN: Final = 360 * 16
_TWELVE_OCLOCK: Final = 90 * 16
_BUSY_TURN_MS: Final = 1200
_BUSY_ARC: Final = 0.72
# The mark's two dots above the ring's upper corner: radii 25 and 16, one 66 above the other.
_DOT_UNIT_PX: Final = 0.066
_DOTS_MARGIN: Final = 0.25
_DOTS: Final = ((25, 0, 0.8), (16, 66, 0.5))


def paint_ring(
    painter: QPainter, box: QRectF, left: float, color: QColor, stroke_px: float = _STROKE_PX
) -> None:
    """Draw what is `left` (0 to 1) of a lifetime; below a tenth two dots rise from the ring."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inset = stroke_px / 2
    circle = box.adjusted(inset, inset, -inset, -inset)
    track = QColor(color)
    track.setAlphaF(_TRACK_OPACITY)
    painter.setPen(QPen(track, stroke_px))
    painter.drawEllipse(circle)
    pen = QPen(color, stroke_px)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    span = round(_FULL_TURN * min(1.0, max(0.0, left)))
    if span:
        painter.drawArc(circle, _TWELVE_OCLOCK, span)
    if 0 < left < _LAST_TENTH:
        _paint_dots(painter, box, color)
    painter.restore()


def arc_px(left: float, side_px: int = RING_PX) -> int:
    """How long the arc is, in whole px: a row repaints only when this number changes."""
    return round(left * 3.1416 * (side_px - _STROKE_PX))


def _paint_dots(painter: QPainter, box: QRectF, color: QColor) -> None:
    size = box.width() / RING_PX
    unit = _DOT_UNIT_PX * size
    corner = QPointF(box.right() + 1.6 * size, box.top() + 3.3 * size)
    painter.setPen(Qt.PenStyle.NoPen)
    for radius, rise, opacity in _DOTS:
        ink = QColor(color)
        ink.setAlphaF(opacity)
        painter.setBrush(ink)
        painter.drawEllipse(corner - QPointF(0, rise * unit), radius * unit, radius * unit)


class TimerRing(QWidget):
    """A ring of its own, for codes and requests that end."""

    def __init__(
        self, side_px: int, stroke_px: float, token: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._stroke_px = stroke_px
        self._token = token
        self._left = 1.0
        self._side_px = side_px
        margin = round(side_px * _DOTS_MARGIN)
        self.setFixedSize(side_px + 2 * margin, side_px + 2 * margin)
        theme.current().changed.connect(self.update)

    def set_left(self, left: float) -> None:
        """Show what is left, 0 to 1."""
        if arc_px(left, self._side_px) != arc_px(self._left, self._side_px):
            self.update()
        self._left = left

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the arc."""
        painter = QPainter(self)
        color = theme.current().color(self._token)
        box = QRectF(0, 0, self._side_px, self._side_px)
        box.moveCenter(QRectF(self.rect()).center())
        paint_ring(painter, box, self._left, color, self._stroke_px)


class BusyRing(QWidget):
    """One turn in 1.2 s while it is visible; with reduced motion three points instead.

    Where it is known how much is done it stands still and fills.
    """

    def __init__(
        self, side_px: int, token: str, parent: QWidget | None = None, stroke_px: float = 2
    ) -> None:
        super().__init__(parent)
        self._token = token
        self._stroke_px = stroke_px
        self._done: float | None = None
        self._turn = QVariantAnimation(self)
        self._turn.setDuration(_BUSY_TURN_MS)
        self._turn.setStartValue(0.0)
        self._turn.setEndValue(1.0)
        self._turn.setLoopCount(-1)
        self._turn.valueChanged.connect(self.update)
        self.setFixedSize(side_px, side_px)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        """Return a square."""
        return self.size()

    def show_done(self, done: float | None) -> None:
        """Show how much is done, 0 to 1; None: nobody knows."""
        self._done = done
        self._move()
        self.update()

    def _move(self) -> None:
        moves = self.isVisible() and self._done is None and not theme.current().reduced_motion
        if not moves:
            self._turn.stop()
        elif self._turn.state() != QVariantAnimation.State.Running:
            self._turn.start()

    def showEvent(self, event: QShowEvent) -> None:
        """Start to turn."""
        self._move()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing turns unseen."""
        self._turn.stop()
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ring where it stands now."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = theme.current().color(self._token)
        if self._done is None and theme.current().reduced_motion:
            self._paint_points(painter, color)
            return
        inset = self._stroke_px / 2
        circle = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        track = QColor(color)
        track.setAlphaF(_TRACK_OPACITY)
        painter.setPen(QPen(track, self._stroke_px))
        painter.drawEllipse(circle)
        pen = QPen(color, self._stroke_px)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        turned = float(self._turn.currentValue() or 0.0) if self._done is None else 0.0
        arc = _BUSY_ARC if self._done is None else min(1.0, max(0.0, self._done))
        start = _TWELVE_OCLOCK - round(_FULL_TURN * turned)
        painter.drawArc(circle, start, round(-_FULL_TURN * arc))

    def _paint_points(self, painter: QPainter, color: QColor) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        step = self.width() / 4
        for place in (1, 2, 3):
            painter.drawEllipse(QPointF(place * step, self.height() / 2), 1.5, 1.5)
