"""One's own contact card: a code for the other's camera, and a link to send."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from whisp_desktop.ui.viewmodels.cards import OwnCardViewModel
from whisp_desktop.ui.views.buttons import Button
from whisp_desktop.ui.views.clipboard import copy_words
from whisp_desktop.ui.views.code_picture import CodePicture
from whisp_desktop.ui.views.fields import Field, Words
from whisp_desktop.ui.views.sheet import Sheet
from whisp_desktop.ui.views.turning_row import ButtonRow

_CODE_PX = 265


class CardSheet(Sheet):
    """Follows one `OwnCardViewModel`."""

    def __init__(self, window: QWidget, view_model: OwnCardViewModel) -> None:
        super().__init__(window, "card", view_model.tr("Your contact card"))
        self._view_model = view_model
        self._code = CodePicture(self.tr("Your code, for the camera of the other person"), _CODE_PX)
        self._code.setObjectName("card.code")
        self._link = Field(self.tr("Invite link"))
        self._link.line.setObjectName("card.link")
        self._link.line.setReadOnly(True)
        self._copy = Button(self.tr("Copy link"), "primary")
        self._copy.setObjectName("card.copy")
        self._copy.clicked.connect(self._copy_link)
        close = Button(self.tr("Close"))
        close.setObjectName("card.close")
        close.clicked.connect(self.dismiss)
        scan = self.tr("Whoever scans this from your screen knows that the key is yours.")
        link = self.tr(
            "A link can be changed on its way. Compare the safety number after it was opened."
        )
        self.column.addWidget(Words(scan, "body", "text2"))
        self.column.addWidget(self._code, 0, Qt.AlignmentFlag.AlignHCenter)
        self.column.addWidget(self._link)
        self.column.addWidget(Words(link, "body", "text2"))
        buttons = ButtonRow()
        buttons.add_space()
        buttons.add(close)
        buttons.add(self._copy)
        self.column.addWidget(buttons)
        view_model.changed.connect(self._renew)
        self._renew()

    def open(self) -> None:
        """Show it, and have the card made."""
        self._view_model.fetch()
        super().open()

    def _renew(self) -> None:
        card = self._view_model.card
        if card is not None:
            self._code.set_text(card.qr)
            self._link.line.setText(card.link)
        self._link.line.setCursorPosition(0)
        self._link.say(self._view_model.trouble, wrong=bool(self._view_model.trouble))
        self._copy.setEnabled(card is not None)

    def _copy_link(self) -> None:
        copy_words(self._link.line.text())
        self._link.say(self.tr("Copied. Whoever reads the link knows your username and server."))
