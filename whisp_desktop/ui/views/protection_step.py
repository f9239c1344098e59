"""First run, step 4: what protects the screen and the desk; all of it comes later."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from whisp_desktop.ui.views.buttons import Button
from whisp_desktop.ui.views.card import Card, CardRow
from whisp_desktop.ui.views.fields import Words
from whisp_desktop.ui.views.later import say_later
from whisp_desktop.ui.views.notice import Notice
from whisp_desktop.ui.views.switch import Switch


class ProtectionStep(QWidget):
    """Rows that are honest: there, disabled, and saying when they come."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(Words(self.tr("Before you start"), "hero"))
        column.addWidget(
            Words(self.tr("None of this works in this version yet."), "message", "text2")
        )
        column.addSpacing(17)
        column.addWidget(self._card())
        column.addSpacing(8)
        column.addWidget(
            Notice("warn", "capture-absent", self.tr("This version does not block screenshots."))
        )

    def begin(self, primary: QWidget) -> None:
        """Put the keyboard on *Finish*."""
        primary.setFocus(Qt.FocusReason.OtherFocusReason)

    def _card(self) -> Card:
        card = Card()
        rows = (
            (
                "lock",
                self.tr("App lock"),
                self.tr("Asks for a passphrase at every start and after 5 minutes without use."),
                "text2",
            ),
            (
                "panic",
                self.tr("Panic key"),
                self.tr("Ends everything and closes Whisp at once. It does not ask."),
                "danger",
            ),
            (
                "hidden",
                self.tr("Hide my network address"),
                self.tr("Always through a relay. A little slower."),
                "text2",
            ),
            (
                "power",
                self.tr("Start with the computer"),
                self.tr("You can only be reached while Whisp runs."),
                "text2",
            ),
        )
        for icon, heading, sentence, token in rows:
            row = CardRow(icon, heading, sentence, token)
            control = Button(self.tr("Set up…"), dense=True) if icon == "panic" else Switch(heading)
            control.setAccessibleName(heading)
            say_later(control)
            row.put_beside(control)
            card.add(row)
        return card
