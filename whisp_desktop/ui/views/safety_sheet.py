"""Is it really they? The safety number, to be compared in another way than here."""

from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from whisp_desktop.ui.viewmodels.person import PersonViewModel
from whisp_desktop.ui.views.buttons import Button
from whisp_desktop.ui.views.chip import show_trust, trust_chip
from whisp_desktop.ui.views.code_picture import CodePicture
from whisp_desktop.ui.views.fields import Words
from whisp_desktop.ui.views.notice import Notice
from whisp_desktop.ui.views.safety_digits import SafetyDigits
from whisp_desktop.ui.views.scan_view import ScanView
from whisp_desktop.ui.views.sheet import WIDE_PX, Sheet
from whisp_desktop.ui.views.turning_row import ButtonRow, TurningRow

AWAKE_AFTER_MS: Final = 2000
"""*They match* is no button to be pressed before one has looked."""
_CODE_PX, _GAP_PX = 212, 16


class _BothWays(TurningRow):
    """The code and the digits side by side, or one below the other."""

    SPACING_PX = 28


class SafetySheet(Sheet):
    """60 digits, and what one found: *They match* is never the default."""

    block_asked = Signal()
    """The numbers differ, and somebody wants to hear no more."""

    def __init__(self, window: QWidget, person: PersonViewModel) -> None:
        title = person.tr("Is this really {who}?").format(who=person.who)
        super().__init__(window, "safety-number", title, WIDE_PX)
        self._person = person
        self._differs = False
        self._trust = trust_chip()
        show_trust(self._trust, verified=True)
        self._code = CodePicture(self.tr("Your code, for the camera of the other person"), _CODE_PX)
        self._code.setObjectName("safety.code")
        self._digits = SafetyDigits(_GAP_PX)
        self._digits.setObjectName("safety.digits")
        self._warning = Notice("danger", "key-changed", "")
        self._warning.words.setObjectName("safety.warning")
        self._match = Button(self.tr("They match, mark as verified"), "primary", "verified")
        self._match.setObjectName("safety.match")
        self._match.clicked.connect(person.verify)
        self._differ = Button(self.tr("They differ"), "quiet-danger")
        self._differ.setObjectName("safety.differ")
        self._differ.clicked.connect(self._warn)
        self._close = Button(self.tr("Close"))
        self._close.setObjectName("safety.close")
        self._close.clicked.connect(self.dismiss)
        self._keep = Button(self.tr("Keep the known key"), "primary")
        self._keep.setObjectName("safety.keep")
        self._keep.clicked.connect(person.keep_known_key)
        self._block = Button(self.tr("Block…"), "quiet-danger", "block")
        self._block.setObjectName("safety.block")
        self._block.clicked.connect(self._ask_to_block)
        self._lay_out()
        self._match.setEnabled(False)
        self._match.setToolTip(self.tr("Compare all the digits first."))
        self._sleep = QTimer(self, interval=AWAKE_AFTER_MS, singleShot=True)
        self._sleep.timeout.connect(self._wake)
        person.changed.connect(self._renew)
        person.done.connect(self.dismiss)
        self._renew()

    def open(self) -> None:
        """Show it, and begin to wait."""
        self._person.compare()
        super().open()
        self._sleep.start()

    def _lay_out(self) -> None:
        who = self._person.who
        how = self.tr(
            "Call {who} or meet in person. Read the number to each other, or scan the code on"
            " {who}’s screen. Do not send it in this chat: somebody in between could change it."
        ).format(who=who)
        stays = self.tr(
            "The number stays the same for you and {who} until one of you makes a new account. If"
            " it ever changes, Whisp stops sending and tells you."
        ).format(who=who)
        self.column.addWidget(Words(how, "body", "text2"))
        self.column.addWidget(self._trust, 0, Qt.AlignmentFlag.AlignLeading)
        self._both = _BothWays()
        self._both.add(self._by_code())
        self._both.add(self._by_voice())
        self.column.addWidget(self._both)
        self._ways = self.column.count()
        self._stays = Notice("sunken", "fact", stays)
        self.column.addWidget(self._stays)
        self.column.addWidget(self._warning)
        buttons = ButtonRow()
        buttons.add_space()
        for button in (self._block, self._close, self._keep, self._differ, self._match):
            buttons.add(button)
        self.column.addWidget(buttons)

    def _by_code(self) -> QWidget:
        who = self._person.who
        self._scan = Button(self.tr("Scan {who}’s code").format(who=who), icon="camera")
        self._scan.setObjectName("safety.scan")
        self._scan.clicked.connect(self._look_for_code)
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._code)
        column.addWidget(self._scan)
        column.addStretch(1)
        return part

    def _look_for_code(self) -> None:
        """Let the camera see the other screen: what it finds there is compared by the core."""
        scan = ScanView()
        scan.found.connect(self._person.verify_card)
        scan.given.connect(self._refuse_picture)
        self.column.insertWidget(self._ways, scan)
        self._both.hide()
        scan.start()
        self.bring_into_view(self.cross)

    def _refuse_picture(self) -> None:
        self._warning.say(
            self.tr("Only the camera counts here: a picture or a text may have come from anybody.")
        )
        self._warning.show()

    def _by_voice(self) -> QWidget:
        who = self._person.who
        same = self.tr("60 digits. {who} sees the same ones, in the same order.").format(who=who)
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(Words(self.tr("Safety number"), "strong"))
        column.addWidget(self._digits)
        column.addWidget(Words(same, "caption", "text2"))
        column.addStretch(1)
        return part

    def _renew(self) -> None:
        person = self._person
        safety, key_changed = person.safety, person.contact.key_changed
        if safety is not None:
            self._code.set_text(safety.qr)
            self._digits.show_number(person.number)
        verified = safety is not None and safety.verified and not key_changed
        is_open = bool(person.number) and not verified and not self._differs
        self._trust.setVisible(verified)
        self._scan.setEnabled(bool(person.number))
        self._match.setVisible(is_open)
        self._match.set_busy(busy=person.busy)
        self._differ.setVisible(is_open)
        self._block.setVisible(self._differs)
        self._keep.setVisible(self._differs and key_changed)
        self._keep.set_busy(busy=person.busy)
        self._close.setVisible(not is_open)
        self._stays.setVisible(not self._differs)
        words = self._difference() if self._differs else person.trouble
        self._warning.say(words)
        self._warning.setVisible(bool(words))

    def _difference(self) -> str:
        return self.tr(
            "Somebody else may answer under this name. Ask {who} in another way, not here."
        ).format(who=self._person.who)

    def _wake(self) -> None:
        self._match.setEnabled(True)
        self._match.setToolTip("")

    def _warn(self) -> None:
        self._differs = True
        self._renew()
        self.bring_into_view(self._close)

    def _ask_to_block(self) -> None:
        self.dismiss()
        self.block_asked.emit()
