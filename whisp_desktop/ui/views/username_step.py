"""First run, step 2: a username, and the server that is to know it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from whisp_desktop.ui import icons
from whisp_desktop.ui.viewmodels.first_run import FirstRunViewModel, NameState, Step
from whisp_desktop.ui.views.buttons import Button
from whisp_desktop.ui.views.fields import Field, Words
from whisp_desktop.ui.views.later import say_later

_MOST_SIGNS_OF_SERVER = 512


class UsernameStep(QWidget):
    """The name is checked while it is typed, as soon as there is a server to ask."""

    def __init__(self, view_model: FirstRunViewModel) -> None:
        super().__init__()
        self._view_model = view_model
        self._name = Field(self.tr("Username"))
        self._name.line.setObjectName("firstRun.username")
        self._name.line.setMaxLength(24)
        self._name.line.textEdited.connect(view_model.set_name)
        self._name.line.returnPressed.connect(view_model.go_on)
        self._server = Field(self.tr("Server"))
        self._server.line.setObjectName("firstRun.server")
        self._server.line.setMaxLength(_MOST_SIGNS_OF_SERVER)
        self._server.line.setText(view_model.server)
        self._server.line.textChanged.connect(view_model.set_server)
        self._server.line.returnPressed.connect(view_model.go_on)
        trailing = QLineEdit.ActionPosition.TrailingPosition
        self._free = self._name.line.addAction(icons.icon("done", "accent"), trailing)
        self._clear = self._server.line.addAction(icons.icon("cancel"), trailing)
        self._clear.setToolTip(self.tr("Clear"))
        self._clear.triggered.connect(self._server.line.clear)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._fill(column)
        view_model.changed.connect(self._renew)
        self._renew()

    def begin(self, primary: QWidget) -> None:
        """Begin to type the name."""
        self._name.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill(self, column: QVBoxLayout) -> None:
        column.addWidget(Words(self.tr("Choose a username"), "hero"))
        column.addWidget(
            Words(
                self.tr(
                    "It is a public nickname. It need not be your real name, and it is better when"
                    " it is not."
                ),
                "message",
                "text2",
            )
        )
        column.addSpacing(22)
        column.addWidget(Words(self.tr("Username"), "strong"))
        column.addWidget(self._name)
        column.addWidget(
            Words(
                self.tr("3 to 24 letters a–z, digits or underscores, a letter first."),
                "caption",
                "text2",
            )
        )
        column.addSpacing(14)
        proxy = Button(self.tr("Use a proxy or Tor…"), "link", dense=True)
        say_later(proxy)
        head = QHBoxLayout()
        head.addWidget(Words(self.tr("Server"), "strong"), 1)
        head.addWidget(proxy)
        server = QVBoxLayout()
        server.setSpacing(0)
        server.addLayout(head)
        server.addWidget(self._server)
        column.addLayout(server)
        column.addWidget(
            Words(
                self.tr("Type the name of a server that you know."),
                "caption",
                "text2",
            )
        )
        host = Button(self.tr("Host one on this computer…"), icon="computer", dense=True)
        say_later(host)
        column.addSpacing(8)
        column.addWidget(host, 0, Qt.AlignmentFlag.AlignLeading)
        column.addSpacing(12)
        column.addWidget(
            Words(
                self.tr(
                    "It keeps your username and public keys. It sees when you are connected, from"
                    " where, and whom you ask. A changed server could see which of your contacts"
                    " are online with you. It never sees what is said."
                ),
                "caption",
                "text2",
            )
        )

    def _renew(self) -> None:
        view_model = self._view_model
        state = view_model.name_state
        is_wrong = state in {NameState.BAD, NameState.TAKEN}
        tone = "accent" if state is NameState.FREE else "text2"
        self._name.say(view_model.name_sentence, tone, wrong=is_wrong)
        self._free.setVisible(state is NameState.FREE)
        self._clear.setVisible(bool(view_model.server))
        trouble = view_model.trouble if view_model.step is Step.USERNAME else ""
        self._server.say(trouble, wrong=bool(trouble))
        for field in (self._name, self._server):
            field.line.setReadOnly(view_model.busy)
