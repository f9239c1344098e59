"""The pages of becoming another device."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from whisp_desktop.protocol.keys import Secret
from whisp_desktop.ui import theme
from whisp_desktop.ui.viewmodels.joining import JoiningViewModel, JoinPage
from whisp_desktop.ui.views.buttons import Button
from whisp_desktop.ui.views.digit_boxes import DigitBoxes
from whisp_desktop.ui.views.digit_groups import DigitGroups
from whisp_desktop.ui.views.fields import Field, Words
from whisp_desktop.ui.views.notice import Notice
from whisp_desktop.ui.views.passphrase_fields import PassphraseFields
from whisp_desktop.ui.views.ring import BusyRing
from whisp_desktop.ui.views.scan_view import ScanView

_MOST_SIGNS_OF_TEXT, _MOST_SIGNS_OF_SERVER = 4096, 512
_DIGITS_PX, _RING_PX = 44, 4


class JoinStep(QWidget):
    """A page: its heading, a sentence, and why the last attempt came to nothing."""

    def __init__(
        self, view_model: JoiningViewModel, page: JoinPage, heading: str, role: str = "hero"
    ) -> None:
        super().__init__()
        self._view_model = view_model
        self._page = page
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(8)
        self.body.addWidget(Words(heading, role))
        view_model.changed.connect(self._renew)

    def begin(self) -> None:
        """Put the keyboard where somebody types."""

    def go_on(self) -> None:
        """Do what the primary button says."""

    def add_lead(self, sentence: str, strong: str = "") -> None:
        """Say what is to be done."""
        lead = Words(sentence, "message", "text2")
        lead.set_strong(strong)
        self.body.addWidget(lead)
        self.body.addSpacing(14)

    def add_trouble(self) -> None:
        """Keep a place for what went wrong."""
        self._trouble = Notice("danger", "failed", "")
        self._trouble.words.setObjectName("join.trouble")
        self.body.addWidget(self._trouble)
        self._renew()

    def _renew(self) -> None:
        is_here = self._view_model.page is self._page
        trouble = self._view_model.trouble if is_here else ""
        self._trouble.say(trouble)
        self._trouble.setVisible(bool(trouble))


class ScanStep(JoinStep):
    """The code of the other device's screen; the camera is on while it is looked for."""

    def __init__(self, view_model: JoiningViewModel) -> None:
        heading = view_model.tr("Scan the code from your other device")
        super().__init__(view_model, JoinPage.SCAN, heading, "display")
        self._is_begun = self._is_looking = False
        self._tried = ""
        choice = self.tr("Show code")
        lead = self.tr("On the other device: Settings, Devices, {choice}.").format(choice=choice)
        self.add_lead(lead, choice)
        self._scan = ScanView()
        self._scan.found.connect(self._find)
        self._scan.given.connect(view_model.scan)
        self.body.addLayout(ringed(self._scan))
        self._state = Words(self.tr("Asking your other device…"), "caption", "text2")
        self._state.setObjectName("join.state")
        self.body.addWidget(self._state)
        sheet = Button(self.tr("I have a recovery sheet"), "link", "print", dense=True)
        sheet.setObjectName("join.recovery")
        sheet.clicked.connect(lambda: view_model.show_page(JoinPage.RECOVERY))
        self.add_trouble()
        row = ringed(sheet)
        row.addStretch(1)
        self.body.addLayout(row)

    def begin(self) -> None:
        """Switch the camera on."""
        self._is_begun = True
        self._renew()

    def _find(self, text: str) -> None:
        """Try a code once: the camera sees a refused one again and again."""
        if text != self._tried:
            self._tried = text
            self._view_model.scan(text)

    def _renew(self) -> None:
        super()._renew()
        view_model = self._view_model
        is_here = self._is_begun and view_model.page is JoinPage.SCAN
        looks = is_here and not view_model.busy and not view_model.unknown_host
        if looks and not self._is_looking:
            self._scan.start()
        elif not looks and self._is_looking:
            self._scan.stop()
        self._is_looking = looks
        self._state.setVisible(view_model.busy)
        if not is_here:
            self._tried = ""


class CodeStep(JoinStep):
    """The 12 digits that somebody reads out, and the server where the other device is."""

    def __init__(self, view_model: JoiningViewModel) -> None:
        super().__init__(view_model, JoinPage.CODE, view_model.tr("Enter the code"))
        choice = self.tr("Make a code")
        lead = self.tr(
            "On your other device: Settings, Devices, {choice}. Have it read to you by somebody"
            " whose voice you know."
        ).format(choice=choice)
        self.add_lead(lead, choice)
        self._boxes = DigitBoxes(self.tr("Code of 12 digits"), (4, 4, 4))
        self._boxes.setObjectName("join.digits")
        self._boxes.returnPressed.connect(self.go_on)
        self.body.addWidget(self._boxes, 0, Qt.AlignmentFlag.AlignLeading)
        once = self.tr("12 digits. You have one attempt: a wrong digit burns the code.")
        self.body.addWidget(Words(once, "caption", "text2"))
        self.body.addSpacing(8)
        self._server = server_field("join.server", view_model.server)
        self._server.line.returnPressed.connect(self.go_on)
        self.body.addWidget(Words(self._server.line.accessibleName(), "strong"))
        self.body.addWidget(self._server)
        self.add_trouble()

    def begin(self) -> None:
        """Begin with the digits."""
        self._boxes.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_on(self) -> None:
        """Take both; a code has one attempt, so it goes from the field."""
        server = self._server.line.text().strip()
        if not self._boxes.is_full:
            self._boxes.setFocus(Qt.FocusReason.OtherFocusReason)
        elif not server:
            self._server.say(self.tr("Name the server of your other device first."), wrong=True)
            self._server.line.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._server.say("")
            code = self._boxes.text()
            self._boxes.forget()
            self._view_model.enter(server, code)


class RecoveryStep(JoinStep):
    """A recovery sheet's characters, its passphrase, and the server."""

    def __init__(self, view_model: JoiningViewModel) -> None:
        heading = view_model.tr("Come back with your recovery sheet")
        super().__init__(view_model, JoinPage.RECOVERY, heading)
        self.add_lead(self.tr("Type the characters of the sheet, or paste the text of its code."))
        self._text = Field(self.tr("Characters of the sheet"))
        self._text.line.setObjectName("join.sheet")
        self._text.line.setMaxLength(_MOST_SIGNS_OF_TEXT)
        self._passphrase = Field(self.tr("Passphrase of the sheet"))
        self._passphrase.line.setEchoMode(QLineEdit.EchoMode.Password)
        self._passphrase.line.setObjectName("join.sheetPassphrase")
        self._server = server_field("join.sheetServer", view_model.server)
        for field in (self._text, self._passphrase, self._server):
            field.line.returnPressed.connect(self.go_on)
            self.body.addWidget(Words(field.line.accessibleName(), "strong"))
            self.body.addWidget(field)
        self.add_trouble()

    def begin(self) -> None:
        """Begin with the characters."""
        self._text.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_on(self) -> None:
        """Take all three, or go to the one that is missing."""
        for field in (self._text, self._passphrase, self._server):
            if not field.line.text().strip():
                field.line.setFocus(Qt.FocusReason.OtherFocusReason)
                return
        passphrase = Secret(self._passphrase.line.text().encode())
        self._passphrase.line.setText("")
        self._view_model.recover(self._text.line.text(), passphrase, self._server.line.text())


class SealStep(JoinStep):
    """The passphrase of the vault, where no keychain answers."""

    def __init__(self, view_model: JoiningViewModel) -> None:
        super().__init__(view_model, JoinPage.PASSPHRASE, view_model.tr("Where your keys live"))
        self.add_lead(
            self.tr(
                "This computer has no keychain, so a passphrase seals your keys. Whoever has them"
                " is you."
            )
        )
        self._fields = PassphraseFields("join")
        self._fields.again.line.returnPressed.connect(self.go_on)
        self.body.addWidget(self._fields)
        self.add_trouble()

    def begin(self) -> None:
        """Begin to type."""
        self._fields.first.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_on(self) -> None:
        """Take it, if both are the same."""
        passphrase = self._fields.take()
        if passphrase is not None:
            self._view_model.set_passphrase(passphrase)


class DigitsStep(JoinStep):
    """Six digits to be typed into the other device."""

    def __init__(self, view_model: JoiningViewModel) -> None:
        super().__init__(view_model, JoinPage.DIGITS, view_model.tr("Almost there"))
        self._digits = DigitGroups(self.tr("The six digits"), _DIGITS_PX, "")
        self._digits.setObjectName("join.sixDigits")
        self.add_lead(self.tr("Type these digits into your other device."))
        self.body.addLayout(ringed(self._digits))
        self.body.addSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(BusyRing(theme.current().px(20), "accent"))
        row.addWidget(Words(self.tr("Waiting for your other device")), 1)
        self.body.addLayout(row)
        self.add_trouble()

    def begin(self) -> None:
        """Let the digits be read."""
        self._digits.setFocus(Qt.FocusReason.OtherFocusReason)

    def _renew(self) -> None:
        super()._renew()
        digits = self._view_model.digits
        self._digits.show_digits(f"{digits[:3]} {digits[3:]}")


def server_field(object_name: str, server: str) -> Field:
    """Return a field with the server that is known, if there is one."""
    field = Field(QCoreApplication.translate("JoinStep", "Server of your account"))
    field.line.setObjectName(object_name)
    field.line.setMaxLength(_MOST_SIGNS_OF_SERVER)
    field.line.setText(server)
    return field


def ringed(part: QWidget) -> QHBoxLayout:
    """Return a row that leaves room for the ring of the focus."""
    row = QHBoxLayout()
    row.setContentsMargins(_RING_PX, 0, _RING_PX, _RING_PX)
    row.addWidget(part)
    return row
