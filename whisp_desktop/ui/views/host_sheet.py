"""Before one connects to a server that only a scanned code has named."""

from PySide6.QtWidgets import QWidget

from whisp_desktop.ui.names import in_sentence
from whisp_desktop.ui.viewmodels.joining import JoiningViewModel
from whisp_desktop.ui.views.buttons import Button
from whisp_desktop.ui.views.fields import Words
from whisp_desktop.ui.views.question_sheets import answer_row, cancel_button
from whisp_desktop.ui.views.sheet import Sheet


class HostSheet(Sheet):
    """*Cancel* has the focus; only *Connect* goes there."""

    def __init__(self, window: QWidget, joining: JoiningViewModel) -> None:
        host = in_sentence(joining.unknown_host)
        super().__init__(window, "servers", joining.tr("Connect to {host}?").format(host=host))
        self._joining = joining
        self._is_agreed = False
        self._cancel = cancel_button(self)
        connect = Button(self.tr("Connect"), "primary")
        connect.setObjectName("join.connect")
        connect.clicked.connect(self._agree)
        sees = self.tr(
            "Your other device is at {host}. Whoever runs it sees your network address."
        ).format(host=host)
        self.column.addWidget(Words(sees, "body", "text2"))
        self.column.addWidget(answer_row(self._cancel, connect))
        self.dismissed.connect(self._answer)

    def first_control(self) -> QWidget:
        """Let nothing happen."""
        return self._cancel

    def _agree(self) -> None:
        self._is_agreed = True
        self.dismiss()

    def _answer(self) -> None:
        if self._is_agreed:
            self._joining.agree_to_host()
        else:
            self._joining.refuse_host()
