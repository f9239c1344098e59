"""What one is asked before a contact gets another name, goes, or is not heard of any more."""

from PySide6.QtWidgets import QWidget

from whisp_desktop.ui.viewmodels.person import PersonViewModel
from whisp_desktop.ui.views.buttons import Button
from whisp_desktop.ui.views.question_sheets import QuestionSheet, RenameSheet


def person_renaming(window: QWidget, person: PersonViewModel) -> RenameSheet:
    """Return the sheet that gives a contact another name."""
    return RenameSheet(
        window,
        person,
        person.tr("Rename {who}").format(who=person.who),
        person.tr("Only you see this name. The username stays {username}.").format(
            username=person.contact.name
        ),
        person.contact.petname,
        person.rename,
    )


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
