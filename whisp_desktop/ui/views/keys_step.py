"""First run, step 3: where the keys are kept, and the passphrase where there is no keychain."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from whisp_desktop.ui.viewmodels.first_run import FirstRunViewModel, Step
from whisp_desktop.ui.views.buttons import Button
from whisp_desktop.ui.views.card import Card, CardRow
from whisp_desktop.ui.views.chip import QUIET, VERIFIED, Chip
from whisp_desktop.ui.views.fields import Words
from whisp_desktop.ui.views.notice import Sign
from whisp_desktop.ui.views.passphrase_fields import PassphraseFields
from whisp_desktop.ui.views.switch import ChoiceMark

_KEYCHAIN = "os-keychain:"


class KeysStep(QWidget):
    """With a keychain it tells; without one it asks for a passphrase, twice."""

    recovery_asked = Signal()

    def __init__(self, view_model: FirstRunViewModel) -> None:
        super().__init__()
        self._view_model = view_model
        self._lead = Words("", "message", "text2")
        self._keychain = CardRow(
            None, self.tr("Keychain of this computer"), self.tr("It opens when you log in.")
        )
        self._keychain.sentence.setObjectName("firstRun.keychain")
        self._vault = CardRow(
            None,
            self.tr("Passphrase vault"),
            self.tr("A sealed file. Whisp asks for the passphrase at every start."),
        )
        self._found = Chip(VERIFIED, "delivered", self.tr("Found"))
        self._keychain.put_beside(self._found, Qt.AlignmentFlag.AlignTop)
        self._in_keychain, self._in_vault = ChoiceMark(), ChoiceMark()
        self._keychain.put_before(self._in_keychain, Qt.AlignmentFlag.AlignTop)
        self._vault.put_before(self._in_vault, Qt.AlignmentFlag.AlignTop)
        self._passphrase = PassphraseFields("firstRun")
        self._vault.add_below(self._passphrase)
        card = Card()
        card.add(self._keychain)
        card.add(self._vault)
        self._facts_heading = Words("", "strong")
        self._facts = tuple(_Fact() for _ in range(3))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(Words(self.tr("Where your keys live"), "hero"))
        column.addWidget(self._lead)
        column.addSpacing(17)
        column.addWidget(card)
        column.addSpacing(10)
        column.addWidget(self._facts_heading)
        for fact in self._facts:
            column.addWidget(fact)
        column.addSpacing(10)
        column.addWidget(Words(self.tr("For the day when no device is left"), "strong"))
        column.addWidget(self._recovery())
        self._passphrase.again.line.returnPressed.connect(self.seal)
        view_model.changed.connect(self._renew)
        self._renew()

    def begin(self, primary: QWidget) -> None:
        """Type the passphrase, or go on."""
        needs = self._view_model.needs_passphrase and self._view_model.account is None
        target = self._passphrase.first.line if needs else primary
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def seal(self) -> None:
        """Hand over what both fields hold; where they are empty, the one of before stays."""
        if self._view_model.has_passphrase and self._passphrase.is_empty:
            self._view_model.keep_passphrase()
            return
        passphrase = self._passphrase.take()
        if passphrase is not None:
            self._view_model.set_passphrase(passphrase)

    def _recovery(self) -> Card:
        card = Card()
        row = CardRow(
            "print",
            self.tr("Recovery sheet"),
            self.tr(
                "On paper, under a passphrase. It brings your account back, unless you revoked a"
                " device that holds the account key."
            ),
        )
        self._make_sheet = Button(self.tr("Make one…"), dense=True)
        self._make_sheet.setObjectName("firstRun.recovery")
        self._make_sheet.clicked.connect(self.recovery_asked)
        row.put_beside(self._make_sheet)
        card.add(row)
        return card

    def _renew(self) -> None:
        view_model = self._view_model
        account = view_model.account
        in_keychain = account is not None and account.key_store.startswith(_KEYCHAIN)
        made = self.tr("Your keys were made on this computer. Whoever has them is you.")
        wanted = self.tr(
            "This computer has no keychain, so a passphrase seals your keys. Whoever has them is"
            " you."
        )
        self._lead.setText(wanted if account is None else made)
        self._in_keychain.set_chosen(chosen=in_keychain)
        self._in_vault.set_chosen(chosen=not in_keychain)
        self._show_keychain(
            account.key_store.removeprefix(_KEYCHAIN) if account and in_keychain else ""
        )
        self._passphrase.setVisible(account is None)
        first = self.tr("First the account is made.")
        self._make_sheet.setEnabled(account is not None)
        self._make_sheet.setToolTip(first if account is None else "")
        trouble = view_model.trouble if view_model.step is Step.KEYS else ""
        self._passphrase.again.say(trouble, wrong=bool(trouble))
        kept = self.tr("Leave both empty to keep the one that you typed.")
        self._passphrase.first.say(kept if view_model.has_passphrase else "")
        self._show_facts(in_keychain=in_keychain)

    def _show_keychain(self, name: str) -> None:
        if name:
            sentence = self.tr("{keychain}. It opens when you log in.").format(keychain=name)
            self._found.show_fact(VERIFIED, "delivered", self.tr("Found"))
        else:
            none = self.tr("None was found on this computer.")
            sentence = self._view_model.keychain_refused or none
            self._found.show_fact(QUIET, "cancel", self.tr("Not found"))
        self._keychain.sentence.setText(sentence)

    def _show_facts(self, *, in_keychain: bool) -> None:
        if in_keychain:
            self._facts_heading.setText(self.tr("What the keychain does"))
            sentences = (
                self.tr("Keeps your keys closed while you are logged out."),
                self.tr("Does not protect them from other programs that run under your login."),
                self.tr("Does not protect them from somebody who sits at your unlocked screen."),
            )
        else:
            self._facts_heading.setText(self.tr("What the vault does"))
            sentences = (
                self.tr("Keeps your keys closed until you type the passphrase."),
                self.tr("Does not protect them from other programs while Whisp is open."),
                self.tr("Cannot be opened without the passphrase, not by you either."),
            )
        for fact, sentence in zip(self._facts, sentences, strict=True):
            fact.say(sentence, good=fact is self._facts[0])


class _Fact(QWidget):
    """A sentence with its sign: what is so, and what is not."""

    def __init__(self) -> None:
        super().__init__()
        self._good, self._bad = Sign("delivered", "accent", 18), Sign("cancel", "warn", 18)
        self._words = Words()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._good, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._bad, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)

    def say(self, sentence: str, *, good: bool) -> None:
        """Say it."""
        self._words.setText(sentence)
        self._good.setVisible(good)
        self._bad.setVisible(not good)
