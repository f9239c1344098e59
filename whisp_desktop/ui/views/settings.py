"""The settings: a list of sections, and the page of one; in a narrow window one of the two."""

import platform

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from whisp_desktop import __version__
from whisp_desktop.ui import icons, theme
from whisp_desktop.ui.views.buttons import IconButton
from whisp_desktop.ui.views.fields import Words
from whisp_desktop.ui.views.page import Page

_TWO_COLUMNS_FROM_PX = 720
_LIST_PX, _PAGE_PX, _ROW_PX, _ICON_PX = 239, 680, 40, 22
_ABOVE_PX, _UNDER_ARROW_PX, _BELOW_PX = 16, 60, 24
_NARROW_BESIDE_PX = 12
_NO_LIMIT_PX = 16_777_215


class SettingsPage(Page):
    """The page of a section: its title, a sentence, and cards from the top on."""

    def __init__(self, title: str, sentence: str = "") -> None:
        super().__init__()
        self.is_centred = False
        self.limit_width(_PAGE_PX)
        self.setAccessibleName(title)
        head = QVBoxLayout()
        head.setSpacing(2)
        head.addWidget(Words(title, "display"))
        if sentence:
            head.addWidget(Words(sentence, "body", "text2"))
        self.body.addLayout(head)
        self.body.addSpacing(4)

    def set_one_column(self, *, one_column: bool) -> None:
        """Show the arrow back to the list, or not."""
        super().set_one_column(one_column=one_column)
        self.set_insets(_UNDER_ARROW_PX if one_column else _ABOVE_PX, _BELOW_PX)
        beside_px = _NARROW_BESIDE_PX if one_column else _BELOW_PX
        self._across.setContentsMargins(beside_px, 0, beside_px, 0)

    def add_heading(self, words: str) -> None:
        """Begin another group of rows."""
        self.body.addSpacing(2)
        self.body.addWidget(Words(words, "strong"))
        self.body.addSpacing(-8)


class Settings(QWidget):
    """Fills the window. A section is there once it does something: `add` it in its place."""

    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._one_column = False
        self._on_page = True
        self._list = QListWidget()
        self._list.setObjectName("settings.list")
        self._list.setAccessibleName(self.tr("Settings"))
        side = theme.current().px(_ICON_PX)
        self._list.setIconSize(QSize(side, side))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.currentRowChanged.connect(self._show)
        self._list.itemClicked.connect(self._enter)
        self._list.itemActivated.connect(self._enter)
        self._pages = QStackedWidget()
        self._left = self._left_column()
        self._line = QFrame()
        self._line.setProperty("ground", "line")
        self._line.setFixedWidth(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._left)
        row.addWidget(self._line)
        row.addWidget(self._pages, 1)

    def add(self, icon: str, page: SettingsPage) -> None:
        """Add a section at the end; it is called as its page is."""
        page.back.connect(self.go_back)
        page.set_one_column(one_column=self._one_column)
        self._pages.addWidget(page)
        item = QListWidgetItem(icons.icon(icon), page.accessibleName())
        item.setSizeHint(QSize(0, theme.current().px(_ROW_PX)))
        self._list.addItem(item)

    def begin(self) -> None:
        """Show the first section; in a narrow window the list."""
        self._list.setCurrentRow(0)
        self._on_page = False
        self._arrange()
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def regions(self) -> list[QWidget]:
        """The places that F6 goes round."""
        return [part for part in (self._list, self._pages) if part.isVisible()]

    def go_back(self) -> None:
        """Leave the page for the list, or the settings."""
        if self._one_column and self._on_page:
            self._on_page = False
            self._arrange()
            self._list.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.closed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Change between one and two columns."""
        one_column = self.width() < theme.current().px(_TWO_COLUMNS_FROM_PX)
        if one_column != self._one_column:
            self._one_column = one_column
            self._arrange()
        super().resizeEvent(event)

    def _left_column(self) -> QWidget:
        arrow = IconButton("back", self.tr("Back"))
        arrow.setObjectName("settings.back")
        arrow.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.setContentsMargins(8, 12, 8, 12)
        head.setSpacing(4)
        head.addWidget(arrow)
        head.addWidget(Words(self.tr("Settings"), "title"), 1)
        about = Words(f"Whisp {__version__}, {platform.system()}", "caption", "text2")
        about.setContentsMargins(20, 8, 20, 14)
        left = QWidget()
        left.setProperty("ground", "window")
        left.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._list, 1)
        column.addWidget(about)
        return left

    def _show(self, place: int) -> None:
        self._pages.setCurrentIndex(place)

    def _enter(self) -> None:
        """Go from the list to the page, where only one of them is shown."""
        if self._one_column:
            self._on_page = True
            self._arrange()
            page = self._pages.currentWidget()
            if isinstance(page, SettingsPage):
                page.arrow.setFocus(Qt.FocusReason.OtherFocusReason)

    def _arrange(self) -> None:
        one_column = self._one_column
        for page in self._pages.findChildren(SettingsPage):
            page.set_one_column(one_column=one_column)
        width_px = _NO_LIMIT_PX if one_column else theme.current().px(_LIST_PX)
        self._left.setMaximumWidth(width_px)
        self._left.setMinimumWidth(0 if one_column else width_px)
        self._left.setVisible(not one_column or not self._on_page)
        self._line.setVisible(not one_column)
        self._pages.setVisible(not one_column or self._on_page)
