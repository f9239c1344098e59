"""Somebody who was looked up: online or not, the safety number, and *Ask to talk*."""

from urllib.parse import urlsplit

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from whisp_desktop.session.answers import Found
from whisp_desktop.ui.names import in_sentence, plain_name
from whisp_desktop.ui.viewmodels.find import Finding, FindViewModel
from whisp_desktop.ui.views.buttons import Button
from whisp_desktop.ui.views.card import Card, CardRow
from whisp_desktop.ui.views.chip import show_trust, trust_chip
from whisp_desktop.ui.views.fields import Elided, Words
from whisp_desktop.ui.views.later import say_later
from whisp_desktop.ui.views.page import Page
from whisp_desktop.ui.views.page_head import PageHead
from whisp_desktop.ui.views.ring import BusyRing
from whisp_desktop.ui.views.safety_digits import SafetyDigits
from whisp_desktop.ui.views.turning_row import ButtonRow


class FindPage(Page):
    """Follows one `FindViewModel`; the numbers of a contact can be compared here."""

    compare_asked = Signal()

    def __init__(
        self, view_model: FindViewModel, capture: str, server: str, *, is_contact: bool
    ) -> None:
        super().__init__()
        self.view_model = view_model
        self._looking = _Looking(view_model)
        self._person = _Person(view_model, capture, server)
        if is_contact:
            self._person.compare.clicked.connect(self.compare_asked)
        else:
            say_later(self._person.compare)
        self._nobody = _Nobody(view_model)
        for part in (self._looking, self._person, self._nobody):
            self.body.addWidget(part)
        view_model.changed.connect(self._renew)
        self._renew()

    def end(self) -> None:
        """Stop what runs: another page is shown."""
        self.view_model.end()

    def _renew(self) -> None:
        finding = self.view_model.finding
        self._looking.setVisible(finding is Finding.LOOKING)
        self._person.setVisible(finding in {Finding.FOUND, Finding.ASKING})
        self._nobody.setVisible(finding in {Finding.ABSENT, Finding.REFUSED})
        self._person.renew()
        self._nobody.renew()


class _Looking(QWidget):
    """A busy ring, what is awaited, and a way out."""

    def __init__(self, view_model: FindViewModel) -> None:
        super().__init__()
        words = self.tr("Looking for “{name}”").format(name=in_sentence(view_model.name))
        heading = Words(words, "display")
        heading.setObjectName("find.looking")
        why = Words(
            self.tr("Your computer works about 2 seconds for it. That slows down mass requests."),
            "body",
            "text2",
        )
        cancel = Button(self.tr("Cancel"))
        cancel.setObjectName("find.stop")
        cancel.clicked.connect(view_model.cancel)
        row = QHBoxLayout()
        row.setSpacing(16)
        self._work = view_model.work
        self._ring = BusyRing(28, "accent", stroke_px=3)
        self._ring.setObjectName("find.work")
        self._work.changed.connect(self._show_work)
        self._show_work()
        row.addWidget(self._ring, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.addWidget(heading)
        column.addWidget(why)
        column.addSpacing(12)
        column.addWidget(cancel, 0, Qt.AlignmentFlag.AlignLeading)
        row.addLayout(column, 1)
        row.setContentsMargins(0, 0, 0, 0)
        self.setLayout(row)

    def _show_work(self) -> None:
        self._ring.show_done(self._work.done)
        words = self.tr("Your computer works: {percent} %").format(percent=self._work.percent)
        self._ring.setAccessibleName(words)


class _Nobody(QWidget):
    """One sentence, and the way to try again."""

    def __init__(self, view_model: FindViewModel) -> None:
        super().__init__()
        self._view_model = view_model
        self._sentence = Words("", "display")
        self._sentence.setObjectName("find.sentence")
        self._why = Words(
            self.tr(
                "Whisp does not tell whether the name exists, is offline or does not want to be"
                " seen."
            ),
            "body",
            "text2",
        )
        again = Button(self.tr("Try again"), "primary", "again")
        again.setObjectName("find.again")
        again.clicked.connect(view_model.look_up)
        cancel = Button(self.tr("Cancel"))
        cancel.clicked.connect(view_model.cancel)
        buttons = ButtonRow()
        buttons.add(again)
        buttons.add(cancel)
        buttons.add_space()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._sentence)
        column.addWidget(self._why)
        column.addSpacing(12)
        column.addWidget(buttons)

    def renew(self) -> None:
        """Say what the view model says."""
        self._sentence.setText(self._view_model.sentence)
        self._why.setVisible(self._view_model.finding is Finding.ABSENT)


class _Person(QWidget):
    """Face, name, safety number and the buttons."""

    def __init__(self, view_model: FindViewModel, capture: str, server: str) -> None:
        super().__init__()
        self._view_model = view_model
        self._capture = capture
        self._server = server
        self._trust = trust_chip()
        self._digits = SafetyDigits()
        self._digits.setObjectName("find.safety")
        self._ask = Button(self.tr("Ask to talk"), "primary", "ask")
        self._ask.setObjectName("find.ask")
        self._ask.clicked.connect(view_model.ask)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(20)
        self._head = self._make_head()
        column.addWidget(self._head)
        column.addWidget(self._card())
        foot = QVBoxLayout()
        foot.setSpacing(14)
        foot.addWidget(self._buttons())
        foot.addWidget(self._work())
        column.addLayout(foot)

    def renew(self) -> None:
        """Show who was found."""
        found = self._view_model.found
        if found is None:
            return
        self._head.face.show_person(found.name, found.account_key, "online")
        show_trust(self._trust, verified=found.verified)
        self._digits.show_number(found.safety_number)
        self._say_address(found)
        self._ask.set_busy(busy=self._view_model.finding is Finding.ASKING)

    def _make_head(self) -> PageHead:
        name = Elided(plain_name(self._view_model.name), "display")
        name.setObjectName("find.name")
        self._trust.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        return PageHead(name, Words(self._where(), "body", "text2"), self._trust)

    def _where(self) -> str:
        host = urlsplit(self._server).netloc or self._server
        if not host:
            return self.tr("Online now")
        return self.tr("Online now, on {server}").format(server=host)

    def _card(self) -> Card:
        card = Card()
        safety = CardRow(
            "safety-number",
            self.tr("Safety number"),
            self.tr("Compare it with the person over a call or face to face."),
        )
        safety.add_below(self._digits)
        card.add(safety)
        self._address = CardRow("direct", "", "")
        card.add(self._address)
        card.add(self._capture_row())
        return card

    def _capture_row(self) -> CardRow:
        heading = {
            "enforced": self.tr("You block screenshots here"),
            "best-effort": self.tr("You block some screenshots here"),
        }.get(self._capture, self.tr("You cannot block screenshots here"))
        return CardRow("capture-enforced", heading, self.tr("The other person will be told."))

    def _say_address(self, found: Found) -> None:
        name = in_sentence(found.name)
        if found.shows_address:
            self._address.say(
                self.tr("Your network address is shown"),
                self.tr("{name} will see your network address, even without accepting.").format(
                    name=name
                ),
            )
        else:
            self._address.say(
                self.tr("Your network address stays hidden"),
                self.tr("You ask through the relay of your server."),
            )

    def _buttons(self) -> ButtonRow:
        self.compare = Button(self.tr("Compare numbers"), icon="safety-number")
        self.compare.setObjectName("find.compare")
        cancel = Button(self.tr("Cancel"))
        cancel.setObjectName("find.cancel")
        cancel.clicked.connect(self._view_model.cancel)
        buttons = ButtonRow()
        buttons.add(self.compare)
        buttons.add_space()
        buttons.add(cancel)
        buttons.add(self._ask)
        return buttons

    def _work(self) -> Words:
        work = Words(
            self.tr(
                "A first request makes your computer work for about 2 seconds.\n"
                "If you wait longer than a minute, Whisp looks again before it asks."
            ),
            "caption",
            "text2",
        )
        work.setAlignment(Qt.AlignmentFlag.AlignTrailing)
        return work
