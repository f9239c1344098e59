"""A contact answers with another key: both numbers, and nothing is sent until one has decided."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from whisp_desktop.ui.viewmodels.person import PersonViewModel
from whisp_desktop.ui.views.buttons import Button, IconButton
from whisp_desktop.ui.views.chip import PLAIN, Chip, show_trust, trust_chip
from whisp_desktop.ui.views.closed import empty_well
from whisp_desktop.ui.views.face import Face
from whisp_desktop.ui.views.fields import Elided, Words
from whisp_desktop.ui.views.line import LineState, SignatureLine
from whisp_desktop.ui.views.notice import Notice, Sign
from whisp_desktop.ui.views.page import Page
from whisp_desktop.ui.views.safety_digits import MARK_PX, SafetyDigits
from whisp_desktop.ui.views.turning_row import ButtonRow

_COLUMN_PX: Final = 560
_HEAD_PX: Final = 64


class KeyChangedPage(QWidget):
    """Follows one `PersonViewModel`; in the place of the composer stands a sentence."""

    back = Signal()
    compare_asked = Signal()
    block_asked = Signal()
    menu_filling = Signal(QMenu)

    def __init__(self, person: PersonViewModel) -> None:
        super().__init__()
        self._person = person
        self._title = self._make_title()
        self.setAccessibleName(self._title)
        self.setProperty("ground", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._arrow = IconButton("back", self.tr("Back"), "text")
        self._arrow.setObjectName("page.back")
        self._arrow.clicked.connect(self.back)
        self._known = SafetyDigits(inset_px=MARK_PX)
        self._now = SafetyDigits(inset_px=MARK_PX)
        self._known.setObjectName("keyChanged.known")
        self._known.set_ink("text2")
        self._now.setObjectName("keyChanged.now")
        self._trouble = Notice("danger", "failed", "")
        self._trouble.words.setObjectName("keyChanged.trouble")
        self._compare = Button(self.tr("Compare now"), "primary", "safety-number")
        self._compare.setObjectName("keyChanged.compare")
        self._compare.clicked.connect(self.compare_asked)
        self._take = Button(self.tr("Talk without verifying"))
        self._take.setObjectName("keyChanged.take")
        self._take.clicked.connect(person.take_changed_key)
        self._lay_out()
        person.changed.connect(self._renew)
        self._renew()

    def begin(self) -> None:
        """Fetch both numbers, and say aloud what has happened."""
        self._person.compare()
        event = QAccessibleAnnouncementEvent(self, self._title)
        event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
        QAccessible.updateAccessibility(event)

    def end(self) -> None:
        """Stop what runs: another page is shown."""
        self._person.end()

    def set_one_column(self, *, one_column: bool) -> None:
        """Show the arrow back to the list, or not."""
        self._arrow.setVisible(one_column)
        self._head.setContentsMargins(4 if one_column else 20, 2, 4 if one_column else 12, 2)

    def _make_title(self) -> str:
        verified = self.tr("{who}’s key is not the one you verified")
        known = self.tr("{who}’s key is not the one you know")
        words = verified if self._person.contact.verified else known
        return words.format(who=self._person.who)

    def _renew(self) -> None:
        person, changed = self._person, self._person.changed_key
        if changed is not None:
            self._known.show_number(changed.known_number)
            self._now.show_difference(changed.number_now, changed.known_number)
        for button in (self._compare, self._take):
            button.setEnabled(changed is not None)
        self._take.set_busy(busy=person.busy and changed is not None)
        self._trouble.say(person.trouble)
        self._trouble.setVisible(bool(person.trouble))

    def _lay_out(self) -> None:
        page = Page()
        page.limit_width(_COLUMN_PX)
        heading = Words(self._title, "display")
        heading.setObjectName("keyChanged.title")
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Sign("key-changed", "danger", 32), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(heading, 1)
        why = self.tr(
            "Either {who} made a new account, or somebody else answers under this name. Whisp"
            " cannot tell which. Ask {who} in another way, not here."
        ).format(who=self._person.who)
        page.body.addLayout(head)
        page.body.addWidget(Words(why, "message", "text2"))
        page.body.addWidget(self._card())
        page.body.addWidget(self._trouble)
        page.body.addWidget(self._buttons())
        nothing = Words(self.tr("Nothing was sent under the new key."), "caption", "text2")
        nothing.setAlignment(Qt.AlignmentFlag.AlignTrailing)
        page.body.addWidget(nothing)
        well = QHBoxLayout()
        well.setContentsMargins(20, 0, 20, 32)
        well.addWidget(
            empty_well(self.tr("You cannot write until you have looked at the new key."))
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._header())
        line = SignatureLine()
        line.show_state(LineState.NOBODY, self._title)
        column.addWidget(line)
        column.addWidget(page, 1)
        column.addLayout(well)

    def _header(self) -> QWidget:
        contact = self._person.contact
        face = Face(40)
        face.show_person(contact.petname, contact.account_key, contact.online)
        name = Elided(contact.petname, "title")
        name.setObjectName("keyChanged.name")
        trust = trust_chip()
        show_trust(trust, verified=False, changed=True)
        trust.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        names = QHBoxLayout()
        names.setSpacing(8)
        for widget in (name, trust):
            names.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        names.addStretch(1)
        lines = QVBoxLayout()
        lines.setSpacing(0)
        lines.addStretch(1)
        lines.addLayout(names)
        stopped = Chip(PLAIN._replace(icon_ink="danger"), "block", self.tr("Sending is stopped"))
        lines.addWidget(stopped, 0, Qt.AlignmentFlag.AlignLeading)
        lines.addStretch(1)
        self._more = IconButton("more", self.tr("More"), "text")
        self._more.setObjectName("keyChanged.more")
        self._more.clicked.connect(self._open_menu)
        header = QWidget()
        header.setMinimumHeight(_HEAD_PX)
        self._head = QHBoxLayout(header)
        self._head.setSpacing(0)
        self._head.addWidget(self._arrow)
        self._head.addWidget(face)
        self._head.addSpacing(11)
        self._head.addLayout(lines, 1)
        self._head.addWidget(self._more)
        self.set_one_column(one_column=False)
        return header

    def _card(self) -> QFrame:
        known = self.tr("The number you verified")
        if not self._person.contact.verified:
            known = self.tr("The number you know")
        card = QFrame()
        card.setProperty("ground", "card")
        line = QFrame()
        line.setProperty("ground", "line")
        line.setFixedHeight(1)
        column = QVBoxLayout(card)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        differs = Words(
            self.tr("The number now. What differs is marked."), "caption_strong", "danger"
        )
        for words, digits in (
            (Words(known, "caption", "text2"), self._known),
            (differs, self._now),
        ):
            part = QVBoxLayout()
            part.setContentsMargins(16 - MARK_PX, 12, 16 - MARK_PX, 10)
            part.setSpacing(4)
            words.setContentsMargins(MARK_PX, 0, MARK_PX, 0)
            part.addWidget(words)
            part.addWidget(digits)
            column.addLayout(part)
            if digits is self._known:
                column.addWidget(line)
        return card

    def _buttons(self) -> ButtonRow:
        who = self._person.who
        block = Button(self.tr("Block {who}").format(who=who), "quiet-danger", "block")
        block.setObjectName("keyChanged.block")
        block.clicked.connect(self.block_asked)
        row = ButtonRow()
        row.add(block)
        row.add_space()
        row.add(self._take)
        row.add(self._compare)
        return row

    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.menu_filling.emit(menu)
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))
