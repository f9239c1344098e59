"""What one is asked before a contact gets another name, goes, or is not heard of any more."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from whisp_desktop.ui.names import plain_name
from whisp_desktop.ui.viewmodels.person import PersonViewModel
from whisp_desktop.ui.views.buttons import Button
from whisp_desktop.ui.views.fields import Field, Words
from whisp_desktop.ui.views.sheet import Sheet
from whisp_desktop.ui.views.turning_row import ButtonRow


class RenameSheet(Sheet):
    """A field with the name that is shown now."""

    def __init__(self, window: QWidget, person: PersonViewModel) -> None:
        super().__init__(window, "rename", person.tr("Rename {who}").format(who=person.who))
        self._person = person
        self._name = Field(self.tr("Name"))
        self._name.line.setObjectName("person.name")
        self._name.line.setText(plain_name(person.contact.petname))
        self._name.line.selectAll()
        self._name.line.returnPressed.connect(self._rename)
        self._rename_button = Button(self.tr("Rename"), "primary")
        self._rename_button.setObjectName("person.rename")
        self._rename_button.clicked.connect(self._rename)
        why = self.tr("Only you see this name. The username stays {username}.")
        self.column.addWidget(Words(why.format(username=person.contact.name), "body", "text2"))
        self.column.addWidget(self._name)
        self.column.addWidget(_buttons(_cancel(self), self._rename_button))
        person.changed.connect(self._renew)
        person.done.connect(self.dismiss)

    def first_control(self) -> QWidget:
        """Let somebody type."""
        return self._name.line

    def _rename(self) -> None:
        self._person.rename(self._name.line.text())

    def _renew(self) -> None:
        self._rename_button.set_busy(busy=self._person.busy)
        self._name.say(self._person.trouble, wrong=bool(self._person.trouble))


class QuestionSheet(Sheet):
    """Asks before something that cannot be taken back; *Cancel* has the focus."""

    def __init__(
        self,
        window: QWidget,
        person: PersonViewModel,
        verb: Button,
        icon: str,
        title: str,
        sentences: str,
        act: Callable[[], None],
    ) -> None:
        super().__init__(window, icon, title, ink="danger")
        self._person = person
        self._verb = verb
        self._cancel = _cancel(self)
        self._trouble = Words("", "small", "danger")
        self._trouble.setObjectName("person.trouble")
        self._trouble.hide()
        verb.clicked.connect(act)
        self.column.addWidget(Words(sentences, "body", "text2"))
        self.column.addWidget(self._trouble)
        self.column.addWidget(_buttons(self._cancel, verb))
        person.changed.connect(self._renew)
        person.done.connect(self.dismiss)

    def first_control(self) -> QWidget:
        """Let nothing happen."""
        return self._cancel

    def _renew(self) -> None:
        self._verb.set_busy(busy=self._person.busy)
        self._trouble.setText(self._person.trouble)
        self._trouble.setVisible(bool(self._person.trouble))


def removal(window: QWidget, person: PersonViewModel) -> QuestionSheet:
    """Return the question before a contact is forgotten."""
    return QuestionSheet(
        window,
        person,
        _verb(person.tr("Remove"), "person.removeYes"),
        "remove",
        person.tr("Remove {who}?").format(who=person.who),
        person.tr(
            "This computer forgets {who} and every key that you share. You would start again as"
            " strangers. Anybody who types your name still sees you online."
        ).format(who=person.who),
        person.remove,
    )


def blocking(window: QWidget, person: PersonViewModel) -> QuestionSheet:
    """Return the question before one hears nothing of a contact any more."""
    return QuestionSheet(
        window,
        person,
        _verb(person.tr("Block"), "person.blockYes"),
        "block",
        person.tr("Block {who}?").format(who=person.who),
        person.tr(
            "What you have open with {who} ends at once. New requests are dropped, and {who} is"
            " not told. Anybody who types your name still sees you online."
        ).format(who=person.who),
        person.block,
    )


def _verb(words: str, name: str) -> Button:
    verb = Button(words, "danger")
    verb.setObjectName(name)
    return verb


def _cancel(sheet: Sheet) -> Button:
    cancel = Button(sheet.tr("Cancel"))
    cancel.setObjectName("person.cancel")
    cancel.clicked.connect(sheet.dismiss)
    return cancel


def _buttons(cancel: Button, verb: Button) -> ButtonRow:
    row = ButtonRow()
    row.add_space()
    row.add(cancel)
    row.add(verb)
    return row
