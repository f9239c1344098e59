"""Before a device is revoked: what that means, and why it is done."""

from PySide6.QtWidgets import QWidget

from whisp_desktop.session.answers import DeviceEntry
from whisp_desktop.session.device_commands import Revoke
from whisp_desktop.ui.viewmodels.decision import Decision
from whisp_desktop.ui.views.buttons import Button
from whisp_desktop.ui.views.fields import Words
from whisp_desktop.ui.views.notice import Notice
from whisp_desktop.ui.views.question_sheets import answer_row, cancel_button
from whisp_desktop.ui.views.segments import Segments
from whisp_desktop.ui.views.sheet import WIDE_PX, Sheet


class RevokeSheet(Sheet):
    """*Cancel* has the focus; *Retire* is for what is still in one's hands."""

    def __init__(self, window: QWidget, decision: Decision, device: DeviceEntry, who: str) -> None:
        title = decision.tr("Revoke {who}?").format(who=who)
        super().__init__(window, "computer", title, WIDE_PX, ink="danger")
        self._decision = decision
        self._device = device
        self._why = Segments((self.tr("It is lost"), self.tr("It was stolen")))
        lost, stolen = self._why.parts
        lost.setChecked(True)
        lost.setObjectName("revoke.lost")
        stolen.setObjectName("revoke.stolen")
        self._stolen = stolen
        self._trouble = Notice("danger", "failed", "")
        self._trouble.words.setObjectName("revoke.trouble")
        self._trouble.hide()
        self._cancel = cancel_button(self)
        self._retire = Button(self.tr("Retire"))
        self._retire.setObjectName("revoke.retire")
        self._retire.clicked.connect(lambda: self._revoke("retired"))
        self._verb = Button(self.tr("Revoke"), "danger")
        self._verb.setObjectName("revoke.yes")
        self._verb.clicked.connect(
            lambda: self._revoke("stolen" if self._stolen.isChecked() else "lost")
        )
        self._lay_out()
        decision.changed.connect(self._renew)
        decision.done.connect(self.dismiss)

    def first_control(self) -> QWidget:
        """Let nothing happen."""
        return self._cancel

    def _lay_out(self) -> None:
        cut_off = self.tr(
            "The server refuses it at once, and each contact as soon as you meet again. This cannot"
            " be taken back."
        )
        ends = self.tr(
            "This device holds your account key. Revoking it ends the account, and you start a new"
            " one. Only retired, still in your hands? Choose Retire."
        )
        retire = self.tr("Only retired, still in your hands? Choose Retire.")
        self.column.addWidget(Words(cut_off, "body", "text2"))
        if self._device.holds_account_key:
            self.column.addWidget(Notice("danger", "caution", ends))
        else:
            self.column.addWidget(Words(retire, "body", "text2"))
        self.column.addWidget(self._why)
        self.column.addWidget(self._trouble)
        self.column.addWidget(answer_row(self._cancel, self._retire, self._verb))

    def _revoke(self, reason: str) -> None:
        self._decision.decide(Revoke(self._device.device_id, reason))

    def _renew(self) -> None:
        self._verb.set_busy(busy=self._decision.busy)
        self._trouble.say(self._decision.trouble)
        self._trouble.setVisible(bool(self._decision.trouble))
