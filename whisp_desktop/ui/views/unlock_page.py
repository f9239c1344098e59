"""The vault asks for its passphrase at every start."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from whisp_desktop.protocol.keys import Secret
from whisp_desktop.ui.viewmodels.account import AccountViewModel, Aside
from whisp_desktop.ui.views.aside_sheet import AsideSheet
from whisp_desktop.ui.views.buttons import Button
from whisp_desktop.ui.views.fields import Field, Words
from whisp_desktop.ui.views.mark import Mark
from whisp_desktop.ui.views.page import Page

_FORM_PX = 400


class UnlockPage(Page):
    """One field, one button."""

    def __init__(self, account: AccountViewModel) -> None:
        super().__init__()
        self._account = account
        self._field = Field(self.tr("Passphrase"))
        self._field.line.setEchoMode(QLineEdit.EchoMode.Password)
        self._field.line.setObjectName("unlock.passphrase")
        self._field.line.returnPressed.connect(self._unlock)
        self._open = Button(self.tr("Open"), "primary")
        self._open.setObjectName("unlock.open")
        self._open.clicked.connect(self._unlock)
        self.body.addWidget(Mark(), 0, Qt.AlignmentFlag.AlignHCenter)
        heading = Words(self.tr("Whisp is closed"), "display")
        heading.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        why = Words(
            self.tr("Keys are in a sealed file. Whisp asks for the passphrase at every start."),
            "body",
            "text2",
        )
        why.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.limit_width(_FORM_PX)
        self.body.addWidget(heading)
        self.body.addWidget(why)
        self.body.addWidget(Words(self.tr("Passphrase"), "strong"))
        self.body.addWidget(self._field)
        self.body.addWidget(self._open)
        self._aside = Button("", "link")
        self._aside.setObjectName("unlock.aside")
        self._aside.clicked.connect(lambda: AsideSheet(self.window(), account).open())
        self.body.addWidget(self._aside, 0, Qt.AlignmentFlag.AlignHCenter)
        account.changed.connect(self._renew)
        self._renew()

    def begin(self) -> None:
        """Begin to type."""
        self._field.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _unlock(self) -> None:
        words = self._field.line.text()
        if words:
            self._account.unlock(Secret(words.encode()))

    def _renew(self) -> None:
        trouble = self._account.unlock_trouble
        self._field.say(trouble, wrong=bool(trouble))
        self._open.set_busy(busy=self._account.unlocking)
        if trouble:
            self._field.line.selectAll()
        if self._account.account is not None:
            self._field.line.clear()
        is_book = self._account.aside is Aside.BOOK
        aside = self.tr("Go on without contacts…") if is_book else self.tr("Forgotten? Begin anew…")
        self._aside.setText(aside)
        self._aside.setAccessibleName(aside)
