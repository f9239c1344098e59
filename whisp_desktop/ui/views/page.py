"""A page of the pane: one column of at most 520 px in the middle, scrolled where it is too high."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from whisp_desktop.ui import theme
from whisp_desktop.ui.views.buttons import IconButton
from whisp_desktop.ui.views.scroll import Scroll

_COLUMN_PX = 520
_INSET_PX = 24
_ARROW_AT = QPoint(8, 12)
_UNDER_ARROW_PX = 60


class Page(Scroll):
    """Holds `body`; shows an arrow in front where the window has one column only."""

    back = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._middle = QWidget()
        self.limit_width(_COLUMN_PX)
        self.body = QVBoxLayout(self._middle)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(16)
        self._across = QHBoxLayout()
        self._across.setContentsMargins(_INSET_PX, 0, _INSET_PX, 0)
        self._across.addStretch(1)
        self._across.addWidget(self._middle, _COLUMN_PX)
        self._across.addStretch(1)
        self.column.addLayout(self._across)
        self.arrow = IconButton("back", self.tr("Back"), parent=self.ground)
        self.arrow.setObjectName("page.back")
        self.arrow.clicked.connect(self.back)
        self.set_one_column(one_column=False)

    def limit_width(self, width_px: int) -> None:
        """Let the column be at most this wide, at the desktop's default font size."""
        self._middle.setMaximumWidth(theme.current().px(width_px))

    def set_one_column(self, *, one_column: bool) -> None:
        """Show the arrow back to the list, or not."""
        self.arrow.setVisible(one_column)
        self.set_insets(_UNDER_ARROW_PX if one_column else _INSET_PX, _INSET_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the arrow at the leading corner."""
        super().resizeEvent(event)
        place = QPoint(_ARROW_AT)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            place.setX(self.viewport().width() - _ARROW_AT.x() - self.arrow.width())
        self.arrow.move(place)
