"""Somebody's card or invite link: what it says, and a question before anything is kept."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from whisp_desktop.session.answers import CardFound
from whisp_desktop.ui.names import in_sentence, plain_name
from whisp_desktop.ui.viewmodels.cards import AddContactViewModel
from whisp_desktop.ui.views.buttons import Button
from whisp_desktop.ui.views.card import Card, CardRow
from whisp_desktop.ui.views.chip import show_trust, trust_chip
from whisp_desktop.ui.views.fields import Elided, Field, Words
from whisp_desktop.ui.views.notice import Notice
from whisp_desktop.ui.views.page import Page
from whisp_desktop.ui.views.page_head import PageHead
from whisp_desktop.ui.views.safety_digits import SafetyDigits
from whisp_desktop.ui.views.scan_view import ScanView
from whisp_desktop.ui.views.turning_row import ButtonRow


class AddContactPage(Page):
    """Follows one `AddContactViewModel`: a field first, then whom it names."""

    cancelled = Signal()

    def __init__(self, view_model: AddContactViewModel) -> None:
        super().__init__()
        self.view_model = view_model
        self._shown: CardFound | None = None
        self.setAccessibleName(self.tr("Add a contact"))
        self._field = Field(self.tr("Invite link or card"), self.tr("whisp:…"), "card")
        self._field.line.setObjectName("add.text")
        self._field.line.returnPressed.connect(self._read)
        self._look = Button(self.tr("Look at it"), "primary")
        self._look.setObjectName("add.read")
        self._look.clicked.connect(self._read)
        self._begin = self._beginning()
        self._person = QVBoxLayout()
        self._person.setSpacing(20)
        self._trouble = Notice("danger", "failed", "")
        self._trouble.words.setObjectName("add.trouble")
        self._add = Button(self.tr("Add to contacts"), "primary")
        self._add.setObjectName("add.add")
        self._add.clicked.connect(view_model.add)
        self._decide = self._buttons()
        self.body.setSpacing(20)
        self.body.addWidget(self._begin)
        self.body.addLayout(self._person)
        self.body.addWidget(self._trouble)
        self.body.addWidget(self._decide)
        view_model.changed.connect(self._renew)
        self._renew()

    def begin(self, text: str) -> None:
        """Read what a link brought here, or wait for one."""
        if text:
            self.view_model.read(text)
        else:
            self._field.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def end(self) -> None:
        """Stop what runs: another page is shown."""
        self.view_model.end()

    def _read(self) -> None:
        if self._field.line.text().strip():
            self.view_model.read(self._field.line.text())

    def _renew(self) -> None:
        seen, found = self.view_model, self.view_model.found
        is_read = found is not None
        self._begin.setVisible(not is_read)
        self._field.say("" if is_read else seen.trouble, wrong=bool(seen.trouble))
        self._look.set_busy(busy=seen.busy)
        if found is not None and found is not self._shown:
            self._shown = found
            self._introduce(found)
        self._trouble.say(seen.trouble)
        self._trouble.setVisible(is_read and bool(seen.trouble))
        self._decide.setVisible(is_read)
        self._add.setVisible(seen.can_add)
        self._add.set_busy(busy=seen.busy)

    def _beginning(self) -> QWidget:
        why = self.tr(
            "Paste an invite link, or scan the code on the other screen. Whisp shows what it says,"
            " keeps nothing before you say so, and connects to nobody."
        )
        cancel = Button(self.tr("Cancel"))
        cancel.setObjectName("add.stop")
        cancel.clicked.connect(self.cancelled)
        self._scan = Button(self.tr("Scan a code"), icon="camera")
        self._scan.setObjectName("add.scan")
        self._scan.clicked.connect(self._look_for_code)
        buttons = ButtonRow()
        buttons.add(self._scan)
        buttons.add_space()
        buttons.add(cancel)
        buttons.add(self._look)
        part = QWidget()
        column = self._beginning_column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(Words(self.tr("Add a contact"), "display"))
        column.addWidget(Words(why, "message", "text2"))
        column.addWidget(self._field)
        column.addWidget(buttons)
        return part

    def _look_for_code(self) -> None:
        """Only what the camera sees counts as shown in person."""
        self._scan.hide()
        scan = ScanView()
        scan.found.connect(lambda text: self.view_model.read(text, in_person=True))
        scan.given.connect(self.view_model.read)
        self._beginning_column.addWidget(scan)
        scan.start()

    def _introduce(self, found: CardFound) -> None:
        verified = self.view_model.in_person
        trust = trust_chip()
        show_trust(trust, verified=verified)
        name = Elided(plain_name(found.name), "display")
        name.setObjectName("add.name")
        head = PageHead(name, Words(self.tr("Contact card"), "body", "text2"), trust)
        head.face.show_person(found.name, found.account_key)
        self._person.addWidget(head)
        self._person.addWidget(self._card(found))
        notice = self._notice(found, verified=verified)
        notice.words.setObjectName("add.notice")
        self._person.addWidget(notice)
        self._decide.setFocus(Qt.FocusReason.OtherFocusReason)

    def _card(self, found: CardFound) -> Card:
        card = Card()
        pinned = self.tr("This link names the key of this server.")
        open_ = self.tr("No key of this server is named.")
        for host, pin in zip(found.hosts, found.pins, strict=True):
            card.add(CardRow("servers", host, pinned if pin else open_))
        digits = SafetyDigits()
        digits.setObjectName("add.safety")
        digits.show_number(found.safety_number)
        compare = self.tr("Compare it with the person over a call or face to face.")
        safety = CardRow("safety-number", self.tr("Safety number"), compare)
        safety.add_below(digits)
        card.add(safety)
        return card

    def _notice(self, found: CardFound, *, verified: bool) -> Notice:
        if found.namesake:
            words = self.tr(
                "Your contact {contact} has this username, and another key. Look at the new key"
                " there before you believe this card."
            ).format(contact=in_sentence(found.namesake))
            return Notice("danger", "key-changed", words)
        if found.known and not verified:
            words = self.tr("{contact} is a contact of yours already.")
            return Notice("sunken", "fact", words.format(contact=in_sentence(found.known)))
        if verified:
            words = self.tr("You scanned it from the other screen, so the key counts as verified.")
            return Notice("accent", "verified", words)
        words = self.tr(
            "This may not be the {name} you know. Anybody can make a link. Until you compare the"
            " number, Whisp shows Not verified."
        )
        return Notice("warn", "not-verified", words.format(name=in_sentence(found.name)))

    def _buttons(self) -> QWidget:
        nothing = Words(self.tr("Adding connects to nobody."), "caption", "text2")
        nothing.setAlignment(Qt.AlignmentFlag.AlignTrailing)
        cancel = Button(self.tr("Cancel"))
        cancel.setObjectName("add.cancel")
        cancel.clicked.connect(self.cancelled)
        buttons = ButtonRow()
        buttons.add_space()
        buttons.add(cancel)
        buttons.add(self._add)
        part = QWidget()
        part.setFocusProxy(cancel)
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(buttons)
        column.addWidget(nothing)
        return part
