"""Whisp cannot start or has stopped, or the account is over: why, and the way on."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from whisp_desktop.ui.viewmodels.account import AccountViewModel, Stage
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
        account = self._account
        has_ended = account.stage is Stage.ENDED
        self._heading.setText(self._end() if has_ended else self._stop())
        self._sentence.setText(account.trouble)
        self._again.setText(self.tr("Start anew") if has_ended else self.tr("Try again"))
        self._again.setAccessibleName(self._again.text())

    def _stop(self) -> str:
        has_lived = self._account.has_lived
        return self.tr("Whisp has stopped") if has_lived else self.tr("Whisp cannot start")

    def _end(self) -> str:
        match self._account.end_code:
            case "device_revoked":
                return self.tr("This device was revoked")
            case "account_deleted":
                return self.tr("The account is deleted")
            case _:
                return self.tr("The account has ended")
