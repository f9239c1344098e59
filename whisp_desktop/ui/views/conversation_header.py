"""Who it is, which way it goes, what can be recorded, how long it lasts: said before asked."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from whisp_desktop.session.events import SessionEnd, Step
from whisp_desktop.ui import icons
from whisp_desktop.ui.viewmodels.conversation import ConversationViewModel
from whisp_desktop.ui.viewmodels.lifetimes import long_lifetime, short_lifetime
from whisp_desktop.ui.views.buttons import Button, IconButton
from whisp_desktop.ui.views.chip import PLAIN, QUIET, Chip, show_trust, trust_chip
from whisp_desktop.ui.views.face import Face
from whisp_desktop.ui.views.fields import Elided
from whisp_desktop.ui.views.turning_row import FactRow

_HEIGHT_PX: Final = 64
_FACE_PX: Final = 40


class ConversationHeader(QWidget):
    """Two lines of facts, and the way out."""

    back = Signal()
    leave_asked = Signal()
    timer_asked = Signal()
    menu_filling = Signal(QMenu)
    """The menu opens: who knows more that can be done adds it."""

    def __init__(self, view_model: ConversationViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view_model = view_model
        self._narrow = False
        self.arrow = IconButton("back", self.tr("Back"), "text")
        self.arrow.setObjectName("page.back")
        self.arrow.clicked.connect(self.back)
        self.face = Face(_FACE_PX)
        self.name = Elided(view_model.title, "title")
        self.name.setObjectName("conversation.title")
        self.trust = trust_chip()
        self.timer = Chip(QUIET, "timer", "")
        self.route = Chip(PLAIN, "direct", "")
        self.capture = Chip(PLAIN, "capture-absent", "")
        self.leave = Button(self.tr("Leave"), "secondary", "leave", dense=True)
        self.leave.setObjectName("conversation.leave")
        self.leave.clicked.connect(self.leave_asked)
        self.more = IconButton("more", self.tr("More"), "text")
        self.more.setObjectName("conversation.more")
        self.more.clicked.connect(self._open_menu)
        self._row = QHBoxLayout(self)
        self.setMinimumHeight(_HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._lay_out()
        view_model.changed.connect(self.refresh)
        self.refresh()

    def set_one_column(self, *, one_column: bool) -> None:
        """Show the arrow back to the list, or not."""
        self.arrow.setVisible(one_column)
        self._row.setContentsMargins(2 if one_column else 20, 2, 4 if one_column else 12, 2)

    def set_narrow(self, *, narrow: bool) -> None:
        """Move Leave into the menu and shorten what is said of capture."""
        self._narrow = narrow
        self.refresh()

    def way_out(self) -> QWidget:
        """Return the control at which leaving is asked about."""
        return self.more if self._narrow else self.leave

    def menu(self) -> QMenu:
        """Return what does not stand in the header as a button of its own."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        last = menu.addAction(icons.icon("timer"), self.tr("How long messages last…"))
        last.triggered.connect(self.timer_asked)
        leave = menu.addAction(icons.icon("leave"), self.tr("Leave"))
        leave.triggered.connect(self.leave_asked)
        self.menu_filling.emit(menu)
        return menu

    def refresh(self) -> None:
        """Show what is known now."""
        seen = self._view_model
        is_open = seen.state == "open"
        self.face.show_person(seen.title, seen.account_key, "online" if is_open else "offline")
        key_changed = seen.ended == SessionEnd.KEY_CHANGED
        show_trust(self.trust, verified=seen.verified, changed=key_changed)
        self.timer.setVisible(is_open and bool(seen.lifetime_s) and not self._narrow)
        lasts = self.tr("Messages last: {lifetime}").format(lifetime=long_lifetime(seen.lifetime_s))
        self.timer.show_fact(QUIET, "timer", short_lifetime(seen.lifetime_s), lasts)
        self._show_second_line()
        self.leave.setVisible(is_open and not self._narrow)
        self.more.setVisible(is_open)
        self.setAccessibleName(self._summary())

    def _show_second_line(self) -> None:
        seen = self._view_model
        self.capture.setVisible(seen.state == "open" and bool(seen.capture))
        if seen.state == "closed":
            words = seen.ending.header if seen.ending else ""
            self.route.show_fact(PLAIN, "leave", words)
        elif seen.state == "connecting":
            self.route.show_fact(PLAIN, "ask", _step_words(self, seen.step))
        elif seen.route == "relayed":
            why = self.tr("Through a relay, which cannot read it.")
            self.route.show_fact(PLAIN, "relayed", self.tr("Relayed"), why)
        else:
            why = self.tr("From computer to computer, with nothing in between.")
            self.route.show_fact(PLAIN, "direct", self.tr("Direct"), why)
        if seen.capture:
            why = self.tr(
                "{who}’s Whisp says so. Whisp cannot check it, and a camera can photograph any "
                "screen."
            ).format(who=seen.who)
            self.capture.show_fact(PLAIN, f"capture-{seen.capture}", self._capture_words(), why)

    def _capture_words(self) -> str:
        if self._narrow:
            return {
                "enforced": self.tr("Screenshots blocked"),
                "best-effort": self.tr("Screenshots partly blocked"),
                "absent": self.tr("Screenshots possible"),
            }[self._view_model.capture]
        return {
            "enforced": self.tr("{who}’s computer blocks screenshots"),
            "best-effort": self.tr("{who}’s computer blocks some screenshots"),
            "absent": self.tr("{who}’s computer cannot block screenshots"),
        }[self._view_model.capture].format(who=self._view_model.who)

    def _summary(self) -> str:
        seen = self._view_model
        facts = [self.tr("Conversation with {who}").format(who=seen.who), self.trust.words]
        facts.append(self.route.words)
        if seen.state == "open":
            facts += [self.capture.words] if seen.capture else []
            if seen.lifetime_s:
                lasts = self.tr("messages last {lifetime}")
                facts.append(lasts.format(lifetime=long_lifetime(seen.lifetime_s)))
        first, *others = [fact for fact in facts if fact]
        return ", ".join([first, *(other[:1].lower() + other[1:] for other in others)])

    def _open_menu(self) -> None:
        self.menu().popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _lay_out(self) -> None:
        names = QHBoxLayout()
        names.setSpacing(8)
        for widget, stretch in ((self.name, 0), (self.trust, 0), (self.timer, 0)):
            names.addWidget(widget, stretch, Qt.AlignmentFlag.AlignVCenter)
        names.addStretch(1)
        facts = FactRow()
        facts.add(self.route)
        facts.add(self.capture)
        facts.add_space()
        lines = QVBoxLayout()
        lines.setSpacing(0)
        lines.addStretch(1)
        lines.addLayout(names)
        lines.addWidget(facts)
        lines.addStretch(1)
        ways_out = QHBoxLayout()
        ways_out.setSpacing(12)
        ways_out.addWidget(self.leave)
        ways_out.addWidget(self.more)
        self.set_one_column(one_column=False)
        self._row.setSpacing(0)
        self._row.addWidget(self.arrow)
        self._row.addWidget(self.face)
        self._row.addSpacing(11)
        self._row.addLayout(lines, 1)
        self._row.addLayout(ways_out)


def _step_words(header: QWidget, step: Step) -> str:
    return {
        Step.ASKING: header.tr("Asked"),
        Step.AGREEING: header.tr("Agreeing on keys"),
        Step.CONNECTING: header.tr("Connecting"),
        Step.SECURING: header.tr("Securing"),
    }[step]
