"""Whisp cannot start, waits, or has stopped: one sentence and the ways out."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from whisp_desktop.ui.viewmodels.account import AccountViewModel, Aside
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
        if account.is_waiting:
            heading, again = self.tr("Whisp is waiting"), self.tr("Stop waiting")
        else:
            stopped, cannot = self.tr("Whisp has stopped"), self.tr("Whisp cannot start")
            heading = stopped if account.has_lived else cannot
            again = self.tr("Try again")
        self._heading.setText(heading)
        self._sentence.setText(account.trouble)
        self._again.setText(again)
        self._again.setAccessibleName(again)
        is_book = account.aside is Aside.BOOK
        aside = self.tr("Go on without contacts…") if is_book else self.tr("Begin with nothing…")
        self._aside.setText(aside)
        self._aside.setAccessibleName(aside)
        self._aside.setVisible(account.aside is not None)
