"""Sheets that ask one thing: another name, or a yes before what cannot be taken back."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from whisp_desktop.ui.names import plain_name
from whisp_desktop.ui.viewmodels.decision import Decision
from whisp_desktop.ui.views.buttons import Button
from whisp_desktop.ui.views.fields import Field, Words
from whisp_desktop.ui.views.sheet import Sheet
from whisp_desktop.ui.views.turning_row import ButtonRow


class RenameSheet(Sheet):
    """A field with the name that is shown now; `rename` takes another one."""

    def __init__(
        self,
        window: QWidget,
        decision: Decision,
        title: str,
        why: str,
        name: str,
        rename: Callable[[str], None],
    ) -> None:
        super().__init__(window, "rename", title)
        self._decision = decision
        self._rename = rename
        self._name = Field(self.tr("Name"))
        self._name.line.setObjectName("person.name")
        self._name.line.setText(plain_name(name))
        self._name.line.selectAll()
        self._name.line.returnPressed.connect(self._take)
        self._verb = Button(self.tr("Rename"), "primary")
        self._verb.setObjectName("person.rename")
        self._verb.clicked.connect(self._take)
        self.column.addWidget(Words(why, "body", "text2"))
        self.column.addWidget(self._name)
        self.column.addWidget(answer_row(cancel_button(self), self._verb))
        decision.changed.connect(self._renew)
        decision.done.connect(self.dismiss)

    def first_control(self) -> QWidget:
        """Let somebody type."""
        return self._name.line

    def _take(self) -> None:
        self._rename(self._name.line.text())

    def _renew(self) -> None:
        self._verb.set_busy(busy=self._decision.busy)
        self._name.say(self._decision.trouble, wrong=bool(self._decision.trouble))


class QuestionSheet(Sheet):
    """Asks before something that cannot be taken back; *Cancel* has the focus."""

    def __init__(
        self,
        window: QWidget,
        decision: Decision,
        verb: Button,
        icon: str,
        title: str,
        sentences: str,
        act: Callable[[], None],
    ) -> None:
        super().__init__(window, icon, title, ink="danger")
        self._decision = decision
        self._verb = verb
        self._cancel = cancel_button(self)
        self._trouble = Words("", "small", "danger")
        self._trouble.setObjectName("person.trouble")
        self._trouble.hide()
        verb.clicked.connect(act)
        self.column.addWidget(Words(sentences, "body", "text2"))
        self.column.addWidget(self._trouble)
        self.column.addWidget(answer_row(self._cancel, verb))
        decision.changed.connect(self._renew)
        decision.done.connect(self.dismiss)

    def first_control(self) -> QWidget:
        """Let nothing happen."""
        return self._cancel

    def _renew(self) -> None:
        self._verb.set_busy(busy=self._decision.busy)
        self._trouble.setText(self._decision.trouble)
        self._trouble.setVisible(bool(self._decision.trouble))


def cancel_button(sheet: Sheet) -> Button:
    """Return the button that closes `sheet`."""
    cancel = Button(sheet.tr("Cancel"))
    cancel.setObjectName("sheet.cancel")
    cancel.clicked.connect(sheet.dismiss)
    return cancel


def answer_row(*buttons: Button) -> ButtonRow:
    """Return `buttons` at the trailing end."""
    row = ButtonRow()
    row.add_space()
    for button in buttons:
        row.add(button)
    return row
