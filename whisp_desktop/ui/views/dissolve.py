"""How a row goes (look.md §3): its shape comes apart into dots, from the trailing end.

Only the shape is ever animated. All painting here is for a bubble that trails to the right;
the caller mirrors the painter for the other side.
"""

from math import ceil
from typing import Final, NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from whisp_desktop.ui import theme

DISSOLVE_MS: Final = 300
FADE_MS: Final = 120
"""With reduced motion a row fades instead."""

LIFT_PX: Final = 26.0
DRIFT_PX: Final = 14.0
_GRID_PX: Final = 9.66
_DOT_PX: Final = 5.7
_APART_MS: Final = 225
_CLOSING_MS: Final = 120
_RADIUS_PX: Final = 16.0
_OWN_CORNER_PX: Final = 4.0
_FADED: Final = 0.42
_EDGE_EASE: Final = 0.45
_TWO_DOTS: Final = ((5.0, 0.0, 0.5), (3.2, 13.2, 0.3))


class Ink(NamedTuple):
    """A colour on a ground, `strength` 0 to 1: mixed, so that shapes may overlap unseen."""

    color: QColor
    ground: QColor
    strength: float = 1.0

    def fade(self, part: float) -> "Ink":
        """Return the same, weaker."""
        return self._replace(strength=self.strength * part)

    def opaque(self) -> QColor:
        """Return the mixed colour."""
        part, rest = self.strength, 1 - self.strength
        return QColor.fromRgbF(
            self.color.redF() * part + self.ground.redF() * rest,
            self.color.greenF() * part + self.ground.greenF() * rest,
            self.color.blueF() * part + self.ground.blueF() * rest,
        )


def bubble_path(box: QRectF, *, mine: bool) -> QPainterPath:
    """Return a bubble, left to right: its owner's lower corner (mine: right) is nearly square."""
    most = min(_RADIUS_PX, box.height() / 2, box.width() / 2)
    right, left = (_OWN_CORNER_PX, most) if mine else (most, _OWN_CORNER_PX)
    path = QPainterPath()
    path.arcMoveTo(QRectF(box.left(), box.top(), 2 * most, 2 * most), 180)
    for x, y, radius, start in (
        (box.left(), box.top(), most, 180),
        (box.right() - 2 * most, box.top(), most, 90),
        (box.right() - 2 * right, box.bottom() - 2 * right, right, 0),
        (box.left(), box.bottom() - 2 * left, left, -90),
    ):
        path.arcTo(QRectF(x, y, 2 * radius, 2 * radius), start, -90)
    path.closeSubpath()
    return path


def height_left(elapsed_ms: float) -> float:
    """Return what is left of the row's height, 1 to 0."""
    if elapsed_ms <= _CLOSING_MS:
        return 1.0
    rest = min(1.0, (elapsed_ms - _CLOSING_MS) / (DISSOLVE_MS - _CLOSING_MS))
    return (1.0 - rest) ** 3


def paint_going(painter: QPainter, box: QRectF, ink: Ink, elapsed_ms: float, *, mine: bool) -> None:
    """Draw the shape as it is `elapsed_ms` (0 to 300) after its words were dropped."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if elapsed_ms < _APART_MS:
        gone = elapsed_ms / _APART_MS
        _paint_apart(painter, box, ink.fade(1.0 - _FADED * gone), gone**_EDGE_EASE, mine=mine)
    elif elapsed_ms < DISSOLVE_MS:
        rest = (DISSOLVE_MS - elapsed_ms) / (DISSOLVE_MS - _APART_MS)
        _paint_two_dots(painter, box, ink.fade(0.4 + 0.6 * rest))
    painter.restore()


def _paint_apart(painter: QPainter, box: QRectF, ink: Ink, gone: float, *, mine: bool) -> None:
    edge = box.right() - box.width() * gone
    painter.save()
    painter.setClipRect(
        QRectF(box.left(), box.top(), edge - box.left(), box.height()),
        Qt.ClipOperation.IntersectClip,
    )
    painter.fillPath(bubble_path(box, mine=mine), ink.opaque())
    painter.restore()
    if not gone:
        return
    span = max(_GRID_PX, box.right() - edge)
    for column in range(ceil(span / _GRID_PX)):
        k = min(1.0, column * _GRID_PX / span)
        color = ink.fade(min(1.0, 1.1 * (1 - k) ** 0.8)).opaque()
        _paint_column(painter, box, color, edge + column * _GRID_PX, k)


def _paint_column(painter: QPainter, box: QRectF, color: QColor, x: float, k: float) -> None:
    pen = QPen(color, 2 * _DOT_PX * (1 - k) ** 1.25)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    rows = max(1, round(box.height() / _GRID_PX))
    step = box.height() / rows
    clip = painter.clipBoundingRect() if painter.hasClipping() else box
    first = max(0, int((clip.top() - box.top()) / step))
    last = min(rows, ceil((clip.bottom() + LIFT_PX - box.top()) / step))
    points = [
        QPointF(
            x + DRIFT_PX * k * k * _scatter(row, x, 1),
            box.top() + (row + 0.5) * step - LIFT_PX * k * k * _scatter(row, x, 2),
        )
        for row in range(first, last)
    ]
    painter.drawPoints(points)


def _scatter(row: int, x: float, salt: int) -> float:
    """Return a number from 0.1 to 1 that is the same for the same dot in every frame."""
    mixed = (row * 73 + round(x / _GRID_PX) * 179 + salt * 283) * 2654435761 % 2**32
    return 0.1 + 0.9 * mixed / 2**32


def _paint_two_dots(painter: QPainter, box: QRectF, ink: Ink) -> None:
    foot = QPointF(box.left() + box.width() * 0.83, box.top() + min(box.height() / 2, 14))
    painter.setPen(Qt.PenStyle.NoPen)
    for radius, rise, strength in _TWO_DOTS:
        painter.setBrush(ink.fade(strength).opaque())
        painter.drawEllipse(foot - QPointF(0, rise), radius, radius)


class StillLeaving(QWidget):
    """One shape coming apart, still: the picture of a conversation that is over."""

    _SHAPE: Final = QSize(240, 58)
    _PROGRESS: Final = 0.81
    _OPACITY: Final = 0.4

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(self._SHAPE.width(), self._SHAPE.height() + int(LIFT_PX))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the shape in the accent's colour, four tenths strong."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            painter.translate(self.width(), 0)
            painter.scale(-1, 1)
        box = QRectF(0, LIFT_PX - 2, self._SHAPE.width(), self._SHAPE.height())
        colors = theme.current()
        ink = Ink(colors.color("mine"), colors.color("pane"), self._OPACITY)
        _paint_apart(painter, box, ink, self._PROGRESS, mine=True)
