"""A QR code on its white card, at whole pixels a module."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from whisp_desktop.optics.qr_drawing import QUIET_MODULES, Modules, draw
from whisp_desktop.ui import theme

_DARK, _LIGHT = QColor("#10201F"), QColor("#FFFFFF")
"""In both themes: not every reader knows light codes on dark ground."""
_RADIUS_PX: Final = 12
_LEAST_MODULE_PX: Final = 2


class CodePicture(QWidget):
    """Shows one text as a code; `clear` forgets it. `name` is what a screen reader says."""

    def __init__(self, name: str, side_px: int = 220, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._modules: Modules = ()
        self._side_px = side_px
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_text(self, text: str) -> None:
        """Show this text."""
        self._modules = draw(text)
        self.updateGeometry()
        self.update()

    def clear(self) -> None:
        """Show nothing any more."""
        self._modules = ()
        self.update()

    @property
    def _across(self) -> int:
        return len(self._modules) + 2 * QUIET_MODULES

    def sizeHint(self) -> QSize:
        """Be as large as asked, and never less than two pixels a module."""
        side = max(theme.current().px(self._side_px), self._across * _LEAST_MODULE_PX)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card, then the dark modules."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_LIGHT)
        painter.drawRoundedRect(QRectF(self.rect()), _RADIUS_PX, _RADIUS_PX)
        if self._modules:
            paint_code(painter, QRectF(self.rect()), self._modules)


def paint_code(painter: QPainter, box: QRectF, modules: Modules) -> None:
    """Draw the dark modules in a square, each of the same whole number of the device's dots."""
    across = len(modules) + 2 * QUIET_MODULES
    scale = painter.deviceTransform().m11()
    side = max(1, int(box.width() * scale) // across) / scale
    start = (box.width() - side * len(modules)) / 2
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    for row, line in enumerate(modules):
        for column, is_dark in enumerate(line):
            if is_dark:
                corner = box.topLeft() + QPointF(start + column * side, start + row * side)
                painter.fillRect(QRectF(corner, QSizeF(side, side)), _DARK)
