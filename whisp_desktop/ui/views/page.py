"""A page of the pane: one column of at most 520 px in the middle, scrolled where it is too high."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from whisp_desktop.ui.views.buttons import IconButton
from whisp_desktop.ui.views.scroll import Scroll

COLUMN_PX = 520
_INSET_PX = 24


class Page(Scroll):
    """Holds `body`; shows an arrow in front where the window has one column only."""

    back = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.arrow = IconButton("back", self.tr("Back"))
        self.arrow.setObjectName("page.back")
        self.arrow.clicked.connect(self.back)
        self.arrow.hide()
        self._middle = QWidget()
        self._middle.setMaximumWidth(COLUMN_PX)
        self.body = QVBoxLayout(self._middle)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(16)
        row = QHBoxLayout()
        row.setContentsMargins(_INSET_PX, 0, _INSET_PX, 0)
        row.addStretch(1)
        row.addWidget(self._middle, COLUMN_PX)
        row.addStretch(1)
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 0, 8, 0)
        bar.addWidget(self.arrow)
        bar.addStretch(1)
        self.column.setContentsMargins(0, 12, 0, 24)
        self.column.addLayout(bar)
        self.column.addStretch(2)
        self.column.addLayout(row)
        self.column.addStretch(3)

    def limit_width(self, width_px: int) -> None:
        """Let the column be narrower than 520 px."""
        self._middle.setMaximumWidth(width_px)

    def set_one_column(self, *, one_column: bool) -> None:
        """Show the arrow back to the list, or not."""
        self.arrow.setVisible(one_column)
