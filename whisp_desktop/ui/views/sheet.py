"""A sheet: something to decide, in the middle of the window, over the scrim (look.md §6)."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from whisp_desktop.ui import theme
from whisp_desktop.ui.views.buttons import IconButton
from whisp_desktop.ui.views.fields import Words
from whisp_desktop.ui.views.notice import Sign
from whisp_desktop.ui.views.popover import Popover

WIDE_PX: Final = 640
_LEAST_PX: Final = 500
_NARROW_PX: Final = 560
_PADDING_PX: Final = 24


class Sheet(Popover):
    """Holds `column` under its title; Esc and the cross close it, and the focus goes back."""

    def __init__(
        self, window: QWidget, icon: str, title: str, width_px: int = _LEAST_PX, ink: str = "accent"
    ) -> None:
        super().__init__(window)
        self.setAccessibleName(title)
        self._width_px = width_px
        self.column.setContentsMargins(_PADDING_PX, _PADDING_PX, _PADDING_PX, _PADDING_PX)
        self.column.setSpacing(16)
        self.cross = IconButton("cancel", self.tr("Close"))
        self.cross.setObjectName("sheet.close")
        self.cross.clicked.connect(self.dismiss)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Sign(icon, ink, 26), 0, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(Words(title, "sheet"), 1)
        head.addWidget(self.cross, 0, Qt.AlignmentFlag.AlignTop)
        self.column.addLayout(head)
        self.contents.ground.installEventFilter(self)

    def open(self) -> None:
        """Show it; the focus is on what does no harm."""
        self._place()
        self.show()
        self.raise_()
        self.first_control().setFocus(Qt.FocusReason.ShortcutFocusReason)

    def first_control(self) -> QWidget:
        """Return where the keyboard begins."""
        return self.cross

    def bring_into_view(self, widget: QWidget) -> None:
        """Go to something new, and scroll to it where the window is too small."""
        self._place()
        widget.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.contents.ensureWidgetVisible(widget, 0, _PADDING_PX)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle when the window or the words get another size."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the scrim."""
        QPainter(self).fillRect(self.rect(), theme.current().color("scrim"))

    def _place(self) -> None:
        """Take the width that there is, and no more height than there is."""
        self.resize(self._pane().size())
        wide = theme.current().px(self._width_px)
        width = self.width() if self.width() < _NARROW_PX else min(wide, self.width())
        height = min(self.height_px(width), self.height())
        left, top = (self.width() - width) // 2, (self.height() - height) // 2
        self.panel.setGeometry(left, top, width, height)
