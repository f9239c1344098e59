"""Whisp cannot start, or has stopped: one sentence and *Try again*."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from whisp_desktop.ui.viewmodels.account import AccountViewModel
from whisp_desktop.ui.views.buttons import Button
from whisp_desktop.ui.views.fields import Words
from whisp_desktop.ui.views.notice import Sign
from whisp_desktop.ui.views.page import Page


class TroublePage(Page):
    """Shows `AccountViewModel.trouble`."""

    def __init__(self, account: AccountViewModel) -> None:
        super().__init__()
        self._account = account
        self._sentence = Words("", "message", "text2")
        self._sentence.setObjectName("trouble.sentence")
        self._again = Button(self.tr("Try again"), "primary", "again")
        self._again.setObjectName("trouble.again")
        self._again.clicked.connect(account.begin)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Sign("caution", "warn", 28))
        self._heading = Words("", "display")
        head.addWidget(self._heading, 1)
        self.body.addLayout(head)
        self.body.addWidget(self._sentence)
        self.body.addWidget(self._again, 0, Qt.AlignmentFlag.AlignLeading)
        account.changed.connect(self._renew)
        self._renew()

    def begin(self) -> None:
        """Put the keyboard on the button."""
        self._again.setFocus(Qt.FocusReason.OtherFocusReason)

    def _renew(self) -> None:
        has_lived = self._account.has_lived
        heading = self.tr("Whisp has stopped") if has_lived else self.tr("Whisp cannot start")
        self._heading.setText(heading)
        self._sentence.setText(self._account.trouble)
