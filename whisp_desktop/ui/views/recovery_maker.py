"""The sheet that makes a recovery sheet: a passphrase twice, then what is to be printed."""

from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QWidget

from whisp_desktop.ui.bridge import Bridge
from whisp_desktop.ui.viewmodels.recovery import RecoveryViewModel
from whisp_desktop.ui.views.buttons import Button
from whisp_desktop.ui.views.code_picture import CodePicture
from whisp_desktop.ui.views.fields import Words
from whisp_desktop.ui.views.halves import Halves
from whisp_desktop.ui.views.notice import Notice
from whisp_desktop.ui.views.passphrase_fields import PassphraseFields
from whisp_desktop.ui.views.question_sheets import answer_row
from whisp_desktop.ui.views.recovery_print import print_sheet
from whisp_desktop.ui.views.sheet import WIDE_PX, Sheet

_PICTURE_PX = 220


class RecoveryMaker(Sheet):
    """Nothing of it is kept: what is shown is gone when it closes."""

    def __init__(self, window: QWidget, bridge: Bridge) -> None:
        recovery = RecoveryViewModel(bridge)
        super().__init__(window, "print", recovery.tr("Recovery sheet"), WIDE_PX)
        self._recovery = recovery
        self._lead = Words(
            self.tr(
                "On paper, under a passphrase. It brings your account back, unless you revoked a"
                " device that holds the account key."
            ),
            "body",
            "text2",
        )
        self._fields = PassphraseFields("recovery")
        self._fields.again.line.returnPressed.connect(self._make)
        self._picture = CodePicture(self.tr("Code of the recovery sheet"), _PICTURE_PX)
        self._picture.setObjectName("recovery.picture")
        self._characters = Words("", "strong")
        self._characters.setObjectName("recovery.characters")
        self._shown = Halves(self._picture, self._characters)
        self._trouble = Notice("danger", "failed", "")
        self._trouble.words.setObjectName("recovery.trouble")
        self._close = Button(self.tr("Close"))
        self._close.setObjectName("recovery.close")
        self._close.clicked.connect(self.dismiss)
        self._verb = Button(self.tr("Make the sheet"), "primary")
        self._verb.setObjectName("recovery.make")
        self._verb.clicked.connect(self._make)
        self._print = Button(self.tr("Print…"), "primary", "print")
        self._print.setObjectName("recovery.print")
        self._print.clicked.connect(self._ask_printer)
        kept = self.tr(
            "Whisp keeps nothing of it. Whoever has the paper and the passphrase is you."
        )
        for part in (self._lead, self._fields, self._shown, self._trouble):
            self.column.addWidget(part)
        self.column.addWidget(Notice("sunken", "fact", kept))
        self.column.addWidget(answer_row(self._close, self._print, self._verb))
        recovery.changed.connect(self._renew)
        self.dismissed.connect(self._forget)
        self._renew()

    def first_control(self) -> QWidget:
        """Let somebody type."""
        return self._fields.first.line

    def _make(self) -> None:
        passphrase = self._fields.take()
        if passphrase is not None:
            self._recovery.make(passphrase)

    def _renew(self) -> None:
        recovery = self._recovery
        sheet = recovery.sheet
        is_made = sheet is not None
        self._verb.set_busy(busy=recovery.busy)
        self._trouble.say(recovery.trouble)
        self._trouble.setVisible(bool(recovery.trouble))
        self._fields.setVisible(not is_made)
        self._verb.setVisible(not is_made)
        self._shown.setVisible(is_made)
        self._print.setVisible(is_made)
        if sheet is not None:
            now = self.tr("Print it, or write the characters down, now. It is not shown again.")
            self._lead.setText(now)
            self._picture.set_text(sheet.qr)
            self._characters.setText(sheet.text)
            self.bring_into_view(self._close)

    def _ask_printer(self) -> None:
        printer = QPrinter()
        sheet = self._recovery.sheet
        chosen = QPrintDialog(printer, self).exec() == QDialog.DialogCode.Accepted
        if chosen and sheet is not None:
            print_sheet(printer, sheet)

    def _forget(self) -> None:
        self._recovery.forget()
        self._picture.clear()
        self._characters.setText("")
