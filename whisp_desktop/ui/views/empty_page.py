"""The pane while nobody is chosen."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from whisp_desktop.ui import theme
from whisp_desktop.ui.views.buttons import Button
from whisp_desktop.ui.views.fields import Words
from whisp_desktop.ui.views.mark import Mark
from whisp_desktop.ui.views.turning_row import ButtonRow

_WORDS_PX = 400


class EmptyPage(QWidget):
    """The w with its dots, one question and one action."""

    finding = Signal()
    """Somebody is to be found."""
    card_asked = Signal()
    """Somebody wants to show their card."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("ground", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._find = Button(self.tr("Find somebody"), "primary", "find")
        self._find.setObjectName("empty.find")
        self._find.clicked.connect(self.finding)
        card = Button(self.tr("Show my card"), icon="card")
        card.setObjectName("empty.card")
        card.clicked.connect(self.card_asked)
        buttons = ButtonRow()
        buttons.add_space()
        buttons.add(self._find)
        buttons.add(card)
        buttons.add_space()
        middle = Qt.AlignmentFlag.AlignHCenter
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 18)
        column.setSpacing(8)
        column.addStretch(18)
        column.addWidget(Mark(), 0, middle)
        column.addSpacing(22)
        column.addWidget(_centred(self.tr("Who do you want to talk to?"), "display", "text"))
        explanation = _centred(
            self.tr(
                "Choose somebody who is online, or type a username that you know."
                " You can talk once you are both here."
            ),
            "message",
            "text2",
        )
        explanation.setMaximumWidth(theme.current().px(_WORDS_PX))
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(explanation, 100)
        row.addStretch(1)
        column.addLayout(row)
        column.addSpacing(18)
        column.addWidget(buttons)
        column.addStretch(20)
        column.addWidget(
            _centred(
                self.tr("Nothing is kept, so there is no history to show."), "caption", "text2"
            )
        )

    def begin(self) -> None:
        """Put the keyboard on the one action."""
        self._find.setFocus(Qt.FocusReason.OtherFocusReason)


def _centred(words: str, role: str, tone: str) -> Words:
    label = Words(words, role, tone)
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    return label
