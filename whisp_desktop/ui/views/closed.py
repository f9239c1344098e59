"""What is left of a conversation: one still shape, and the sentence that says what happened."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from whisp_desktop.ui import theme
from whisp_desktop.ui.viewmodels.endings import Ending
from whisp_desktop.ui.views.buttons import Button
from whisp_desktop.ui.views.dissolve import StillLeaving
from whisp_desktop.ui.views.fields import Words
from whisp_desktop.ui.views.notice import Notice
from whisp_desktop.ui.views.scroll import Scroll

_WORDS_PX: Final = 440
_WELL_PX: Final = 52
_EDGE_PX: Final = 8
"""Room for the focus ring at the edge of what is scrolled."""


class ClosedPage(QWidget):
    """Offers to ask again, or to close."""

    closed = Signal()
    ask_again = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shape = StillLeaving()
        self.title = Words("", "display")
        self.title.setObjectName("over.title")
        self.words = Words("", "message", "text2")
        self.words.setObjectName("over.sentence")
        self.not_sent = Notice("warn", "not-sent", "")
        self.not_sent.words.setObjectName("over.notSent")
        self.again = Button(self.tr("Ask again"), "primary", "ask")
        self.again.setObjectName("over.again")
        self.again.clicked.connect(self.ask_again)
        self.close_button = Button(self.tr("Close"))
        self.close_button.setObjectName("over.close")
        self.close_button.clicked.connect(self.closed)
        for label in (self.title, self.words):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._lay_out()

    def show_ending(self, ending: Ending, not_sent: str, *, can_ask: bool) -> None:
        """Say what happened and what was `not_sent`; asking is offered where that is wise."""
        self.again.setVisible(can_ask)
        self.not_sent.say(not_sent)
        self.not_sent.setVisible(bool(not_sent))
        self.title.setText(ending.title)
        self.words.setText(ending.words)

    def _lay_out(self) -> None:
        middle = QWidget()
        middle.setMaximumWidth(theme.current().px(_WORDS_PX))
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.shape, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(33)
        column.addWidget(self.title)
        column.addSpacing(8)
        column.addWidget(self.words)
        room = QVBoxLayout()
        room.setContentsMargins(0, 24, 0, 0)
        room.addWidget(self.not_sent)
        column.addLayout(room)
        column.addSpacing(24)
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        buttons.addStretch(1)
        buttons.addWidget(self.again)
        buttons.addWidget(self.close_button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        across = QHBoxLayout()
        across.setContentsMargins(_EDGE_PX, 0, _EDGE_PX, 0)
        across.addStretch(1)
        across.addWidget(middle, 100)
        across.addStretch(1)
        page = Scroll()
        page.set_insets(_EDGE_PX, _EDGE_PX)
        page.column.addLayout(across)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20 - _EDGE_PX, 0, 20 - _EDGE_PX, 32)
        whole.setSpacing(0)
        whole.addWidget(page, 1)
        well = QHBoxLayout()
        well.setContentsMargins(_EDGE_PX, 0, _EDGE_PX, 0)
        well.addWidget(empty_well(self.tr("You can write when you are both here.")))
        whole.addLayout(well)


def empty_well(words: str) -> QFrame:
    """Return the place of the composer, without one."""
    well = QFrame()
    well.setProperty("ground", "well")
    well.setMinimumHeight(_WELL_PX)
    label = Words(words, "body", "text2")
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    row = QHBoxLayout(well)
    row.setContentsMargins(16, 8, 16, 8)
    row.addWidget(label)
    return well
