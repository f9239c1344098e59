"""A QR code on its white card, at whole pixels a module."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from whisp_desktop.optics.qr_drawing import QUIET_MODULES, Modules, draw
from whisp_desktop.ui import theme
from whisp_desktop.ui.tokens import CODE_CARD, CODE_INK

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
        painter.setBrush(QColor(CODE_CARD))
        painter.drawRoundedRect(QRectF(self.rect()), _RADIUS_PX, _RADIUS_PX)
        if not self._modules:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        scale = self.devicePixelRatioF()
        module = max(1, int(self.width() * scale) // self._across) / scale
        start = (self.width() - module * len(self._modules)) / 2
        ink = QColor(CODE_INK)
        for row, modules in enumerate(self._modules):
            for column, is_dark in enumerate(modules):
                if is_dark:
                    square = QRectF(start + column * module, start + row * module, module, module)
                    painter.fillRect(square, ink)
