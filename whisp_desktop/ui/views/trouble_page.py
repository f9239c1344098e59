"""Whisp cannot start, waits or has stopped, or the account is over: why, and the ways on."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from whisp_desktop.ui.viewmodels.account import AccountViewModel, Aside, Stage
from whisp_desktop.ui.views.aside_sheet import AsideSheet
from whisp_desktop.ui.views.buttons import Button
from whisp_desktop.ui.views.fields import Words
from whisp_desktop.ui.views.notice import Sign
from whisp_desktop.ui.views.page import Page
from whisp_desktop.ui.views.turning_row import ButtonRow


class TroublePage(Page):
    """Shows `AccountViewModel.trouble`."""

    def __init__(self, account: AccountViewModel) -> None:
        super().__init__()
        self._account = account
        self._sentence = Words("", "message", "text2")
        self._sentence.setObjectName("trouble.sentence")
        self._again = Button(self.tr("Try again"), "primary", "again")
        self._again.setObjectName("trouble.again")
        self._again.clicked.connect(self._go_on)
        self._aside = Button("")
        self._aside.setObjectName("trouble.aside")
        self._aside.clicked.connect(lambda: AsideSheet(self.window(), account).open())
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Sign("caution", "warn", 28))
        self._heading = Words("", "display")
        head.addWidget(self._heading, 1)
        self.body.addLayout(head)
        self.body.addWidget(self._sentence)
        ways_out = ButtonRow()
        ways_out.add(self._aside)
        ways_out.add(self._again)
        ways_out.add_space()
        self.body.addWidget(ways_out)
        account.changed.connect(self._renew)
        self._renew()

    def begin(self) -> None:
        """Put the keyboard on the button."""
        self._again.setFocus(Qt.FocusReason.OtherFocusReason)

    def _go_on(self) -> None:
        if self._account.is_waiting:
            self._account.stop_waiting()
        else:
            self._account.begin()

    def _renew(self) -> None:
        account = self._account
        has_ended = account.stage is Stage.ENDED
        self._heading.setText(self._end() if has_ended else self._stop())
        self._sentence.setText(account.trouble)
        again = self.tr("Start anew") if has_ended else self.tr("Try again")
        _name(self._again, self.tr("Stop waiting") if account.is_waiting else again)
        is_book = account.aside is Aside.BOOK
        aside = self.tr("Go on without contacts…") if is_book else self.tr("Begin with nothing…")
        _name(self._aside, aside)
        self._aside.setVisible(account.aside is not None)

    def _stop(self) -> str:
        if self._account.is_waiting:
            return self.tr("Whisp is waiting")
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


def _name(button: Button, words: str) -> None:
    button.setText(words)
    button.setAccessibleName(words)
