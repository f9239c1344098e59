"""The mark: a w whose last stroke comes apart into dots, drawn from its geometry.

All lengths are units of the mark's own square of 512 (`whisp-mark.svg`).
"""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QIcon,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from whisp_desktop.ui import theme
from whisp_desktop.ui.tokens import BRAND_BOTTOM, BRAND_TOP, BRAND_WHITE
from whisp_desktop.ui.views.fields import Words

_STROKE: Final = 56.0
_LEFT: Final = 88.0
_TOP: Final = 20.0
_WIDTH: Final = 340.0
_HEIGHT: Final = 374.0
# (x, y, radius, opacity): the mark's own two dots, and three that follow them.
_FIVE_DOTS: Final = (
    (396.0, 204.0, 25.0, 0.8),
    (396.0, 138.0, 16.0, 0.5),
    (404.0, 87.0, 10.0, 0.36),
    (392.0, 49.0, 6.3, 0.25),
    (408.0, 20.0, 4.0, 0.17),
)
# Where the dots have blown to on the panel: (x, y, radius), from near to far.
_PLUME: Final = (
    (405.7, 72.6, 8.7), (406.6, 49.5, 6.8), (382.3, 47.7, 5.7), (422.5, 41.4, 5.6),
    (387.4, 20.6, 7.2), (417.8, 17.8, 4.5), (378.3, 4.7, 4.8), (397.5, -20.7, 5.6),
    (373.8, -35.6, 5.3), (441.1, -39.9, 4.4), (414.5, -44.9, 4.2), (445.2, -57.1, 4.1),
    (408.5, -65.9, 3.9), (448.1, -76.4, 3.8), (421.0, -82.2, 3.9), (395.7, -87.3, 2.5),
    (405.5, -99.4, 2.5), (367.7, -100.3, 2.6), (420.5, -109.1, 2.4), (385.2, -111.1, 2.8),
    (437.8, -114.1, 2.4), (468.2, -116.6, 1.8), (402.5, -117.4, 1.8), (371.6, -121.6, 2.3),
    (385.6, -125.3, 2.1), (367.9, -137.8, 2.0), (352.3, -142.2, 2.2), (454.8, -143.7, 1.6),
    (378.6, -145.3, 1.7), (453.5, -158.4, 1.7), (428.5, -164.1, 1.4), (379.6, -167.7, 1.3),
    (426.3, -182.5, 1.4), (387.0, -183.7, 1.4), (473.1, -188.7, 1.4), (362.0, -218.2, 1.4),
    (445.0, -229.7, 1.4), (404.9, -234.8, 1.3), (376.4, -238.2, 1.3), (399.3, -241.2, 1.3),
)  # fmt: skip
_PLUME_REACH: Final = 330.0
_ICON_SIDES_PX: Final = (16, 24, 32, 48, 64, 128, 256)
_PANEL_PX: Final = 432
_PANEL_MARK_PX: Final = 263.0
_PANEL_BASELINE: Final = 0.736


def _letter() -> QPainterPath:
    path = QPainterPath(QPointF(116, 178))
    path.lineTo(116, 284)
    path.arcTo(116, 214, 140, 140, 180, 180)
    path.lineTo(256, 248)
    path.lineTo(256, 284)
    path.arcTo(256, 214, 140, 140, 180, 180)
    return path


def _paint_mark(painter: QPainter, color: QColor, dots: int) -> None:
    pen = QPen(color, _STROKE)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(_letter(), pen)
    painter.setPen(Qt.PenStyle.NoPen)
    for x, y, radius, opacity in _FIVE_DOTS[:dots]:
        _dot(painter, color, QPointF(x, y), radius, opacity)


def _dot(painter: QPainter, color: QColor, at: QPointF, radius: float, opacity: float) -> None:
    ink = QColor(color)
    ink.setAlphaF(opacity)
    painter.setBrush(ink)
    painter.drawEllipse(at, radius, radius)


def app_icon() -> QIcon:
    """Return the mark on its ground, as task switchers and title bars show it."""
    icon = QIcon()
    for side_px in _ICON_SIDES_PX:
        pixmap = QPixmap(side_px, side_px)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(side_px / 512, side_px / 512)
        ground = QLinearGradient(0, 0, 0, 512)
        ground.setColorAt(0, QColor(BRAND_TOP))
        ground.setColorAt(1, QColor(BRAND_BOTTOM))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(16, 16, 480, 480), 116, 116)
        _paint_mark(painter, QColor(BRAND_WHITE), 2)
        painter.end()
        icon.addPixmap(pixmap)
    return icon


class Mark(QWidget):
    """The w with five dots, for the pane where nobody is chosen."""

    def __init__(self, width_px: int = 107, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale = width_px / _WIDTH
        self.setFixedSize(QSize(width_px, round(_HEIGHT * self._scale)))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it in the accent."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self._scale, self._scale)
        painter.translate(2 - _LEFT, 8 - _TOP)
        _paint_mark(painter, theme.current().color("accent"), len(_FIVE_DOTS))


class BrandPanel(QWidget):
    """The panel of the first run: the mark on its own ground, and one line of words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(_PANEL_PX)
        words = Words(self.tr("Said, heard, gone."), "display", "brand")
        column = QVBoxLayout(self)
        column.setContentsMargins(40, 40, 40, 40)
        column.addStretch()
        column.addWidget(words)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground, the w and the dots that blow away from it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QLinearGradient(0, 0, 0, self.height())
        ground.setColorAt(0, QColor(BRAND_TOP))
        ground.setColorAt(1, QColor(BRAND_BOTTOM))
        painter.fillRect(QRectF(self.rect()), ground)
        scale = _PANEL_MARK_PX / (_WIDTH - 4)
        painter.translate(92, self.height() * _PANEL_BASELINE)
        painter.scale(scale, scale)
        painter.translate(-_LEFT, -(284 + 70 + _STROKE / 2))
        white = QColor(BRAND_WHITE)
        _paint_mark(painter, white, 2)
        for x, y, radius in _PLUME:
            near = (y + 270) / _PLUME_REACH
            _dot(painter, white, QPointF(x, y), radius, 0.08 + 0.38 * max(0.0, near))
