"""One of several, chosen from a list that unfolds; it looks as a field does."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox

from whisp_desktop.ui import icons, theme
from whisp_desktop.ui.views.focus_ring import ring_control

_ICON_PX: Final = 16
_INSET_PX: Final = 13


class Choice(QComboBox):
    """Every item has the icon that is named."""

    def __init__(self, name: str, icon: str) -> None:
        super().__init__()
        side = theme.current().px(_ICON_PX)
        self._icon = icon
        self.setAccessibleName(name)
        self.setIconSize(QSize(side, side))
        ring_control(self)

    def offer(self, name: str, value: object) -> None:
        """Add an item."""
        self.addItem(icons.icon(self._icon), name, value)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Let the style draw the field; put the mark of what unfolds at its trailing edge."""
        super().paintEvent(event)
        side = theme.current().px(_ICON_PX)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        x = _INSET_PX if mirrored else self.width() - _INSET_PX - side
        box = QRectF(x, (self.height() - side) / 2, side, side)
        icons.paint(QPainter(self), "unfold", box, theme.current().color("text2"))
