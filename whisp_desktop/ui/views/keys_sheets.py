"""What is asked before keys move, or another passphrase opens them."""

from PySide6.QtWidgets import QLineEdit, QWidget

from whisp_desktop.protocol.keys import Secret
from whisp_desktop.ui.viewmodels.keys import KeysViewModel
from whisp_desktop.ui.views.buttons import Button
from whisp_desktop.ui.views.fields import Field, Words
from whisp_desktop.ui.views.passphrase_fields import PassphraseFields
from whisp_desktop.ui.views.question_sheets import answer_row, cancel_button
from whisp_desktop.ui.views.sheet import WIDE_PX, Sheet


class KeysSheet(Sheet):
    """A question about the keys, with the parts that somebody fills in; it ends when it is done."""

    def __init__(
        self,
        window: QWidget,
        keys: KeysViewModel,
        title: str,
        words: str,
        verb: str,
        *parts: QWidget,
    ) -> None:
        super().__init__(window, "key", title, WIDE_PX)
        self._keys = keys
        self._trouble = Words("", "small", "danger")
        self._trouble.setObjectName("keys.trouble")
        self._trouble.hide()
        self.verb = Button(verb, "primary")
        self.verb.setObjectName("keys.yes")
        self.column.addWidget(Words(words, "body", "text2"))
        for part in parts:
            self.column.addWidget(part)
        self.column.addWidget(self._trouble)
        self.column.addWidget(answer_row(cancel_button(self), self.verb))
        keys.changed.connect(self._renew)
        keys.done.connect(self.dismiss)

    def _renew(self) -> None:
        self.verb.set_busy(busy=self._keys.busy)
        self._trouble.setText(self._keys.trouble)
        self._trouble.setVisible(bool(self._keys.trouble))


class ToKeychainSheet(KeysSheet):
    """Nothing is to be filled in."""

    def __init__(self, window: QWidget, keys: KeysViewModel) -> None:
        super().__init__(
            window,
            keys,
            keys.tr("Move your keys into the keychain?"),
            keys.tr(
                "The keychain of this computer opens when you log in. Whoever can use your session"
                " can use your keys. The sealed file is overwritten once the keychain has them."
            ),
            keys.tr("Move"),
        )
        self.verb.clicked.connect(keys.move_to_keychain)


class ToFileSheet(KeysSheet):
    """A passphrase, twice."""

    def __init__(self, window: QWidget, keys: KeysViewModel) -> None:
        self._new = PassphraseFields("keys")
        super().__init__(
            window,
            keys,
            keys.tr("Move your keys into a sealed file?"),
            keys.tr(
                "Whisp asks for the passphrase at every start. If you forget it, nobody can open"
                " the file. The keychain forgets your keys once the file has them."
            ),
            keys.tr("Move"),
            self._new,
        )
        self.verb.clicked.connect(self._move)
        self._new.again.line.returnPressed.connect(self._move)

    def first_control(self) -> QWidget:
        """Let somebody type."""
        return self._new.first.line

    def _move(self) -> None:
        passphrase = self._new.take()
        if passphrase is not None:
            self._keys.move_to_file(passphrase)


class ChangeSheet(KeysSheet):
    """The passphrase so far, and another one, twice."""

    def __init__(self, window: QWidget, keys: KeysViewModel) -> None:
        self._old = Field(keys.tr("Passphrase so far"))
        self._old.line.setEchoMode(QLineEdit.EchoMode.Password)
        self._old.line.setObjectName("keys.old")
        self._new = PassphraseFields("keys")
        super().__init__(
            window,
            keys,
            keys.tr("Change the passphrase"),
            keys.tr(
                "The new one opens Whisp at every start. A copy of the file that was made earlier"
                " can still be opened with the old one."
            ),
            keys.tr("Change"),
            Words(self._old.line.accessibleName(), "caption_strong"),
            self._old,
            self._new,
        )
        self.verb.clicked.connect(self._change)
        self._new.again.line.returnPressed.connect(self._change)

    def first_control(self) -> QWidget:
        """Let somebody type."""
        return self._old.line

    def _change(self) -> None:
        new = self._new.take()
        if new is not None:
            self._keys.change_passphrase(Secret(self._old.line.text().encode()), new)
            self._old.line.clear()
