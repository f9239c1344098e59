"""What can and what cannot be done when devices are lost."""

from PySide6.QtWidgets import QWidget

from whisp_desktop.ui.views.buttons import Button
from whisp_desktop.ui.views.card import Card, CardRow
from whisp_desktop.ui.views.question_sheets import answer_row
from whisp_desktop.ui.views.sheet import WIDE_PX, Sheet


class LostHelp(Sheet):
    """A card for each case."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, "help", window.tr("When devices are lost"), WIDE_PX)
        cases = (
            (
                "computer",
                self.tr("Another device of yours is left"),
                self.tr(
                    "Revoke the lost one there, if it may revoke. The server refuses the lost one"
                    " at once, and each contact as soon as you meet again. If the lost one held the"
                    " account key, the account ends: start a new one and tell your contacts."
                ),
            ),
            (
                "print",
                self.tr("It was the only one, and you have a recovery sheet"),
                self.tr(
                    "Start Whisp on a new computer, and type the sheet and its passphrase. Your"
                    " name and your safety numbers stay. Contacts are not on the sheet. The lost"
                    " device still holds the account key: if somebody can open it, start a new"
                    " account instead."
                ),
            ),
            (
                "failed",
                self.tr("It was the only one, and there is no sheet"),
                self.tr(
                    "Nobody can bring the account back: not the server, and not those who make"
                    " Whisp. Nobody can revoke the lost device either: whoever can open it speaks"
                    " as you. Make a new account, and tell your contacts in another way."
                ),
            ),
        )
        card = Card()
        for icon, heading, sentence in cases:
            card.add(CardRow(icon, heading, sentence))
        self._close = Button(self.tr("Close"))
        self._close.setObjectName("help.close")
        self._close.clicked.connect(self.dismiss)
        self.column.addWidget(card)
        self.column.addWidget(answer_row(self._close))

    def first_control(self) -> QWidget:
        """There is nothing but to read."""
        return self._close
