"""Settings, *This computer*: where the keys are, and how they move."""

from whisp_desktop.ui.bridge import Bridge
from whisp_desktop.ui.viewmodels.keys import KeysViewModel
from whisp_desktop.ui.views.buttons import Button
from whisp_desktop.ui.views.card import Card, CardRow
from whisp_desktop.ui.views.keys_sheets import ChangeSheet, ToFileSheet, ToKeychainSheet
from whisp_desktop.ui.views.notice import Notice
from whisp_desktop.ui.views.settings import SettingsPage

KeysSheets = type[ChangeSheet] | type[ToFileSheet] | type[ToKeychainSheet]


class KeysPage(SettingsPage):
    """Follows a `KeysViewModel`."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(self.tr("This computer"))
        self._keys = KeysViewModel(bridge, self)
        self._where = CardRow("key", "", "")
        self._where.heading.setObjectName("keys.where")
        self._change = self._row(
            "code",
            self.tr("Passphrase"),
            self.tr("Another one opens Whisp from then on. The former file is overwritten."),
            self.tr("Change…"),
            "keys.change",
            ChangeSheet,
        )
        self._to_keychain = self._row(
            "lock",
            self.tr("Move into the keychain"),
            self.tr("It opens when you log in, and Whisp asks for no passphrase."),
            self.tr("Move…"),
            "keys.toKeychain",
            ToKeychainSheet,
        )
        self._to_file = self._row(
            "lock",
            self.tr("Move into a sealed file"),
            self.tr("Whisp asks for its passphrase at every start."),
            self.tr("Move…"),
            "keys.toFile",
            ToFileSheet,
        )
        self._trouble = Notice("danger", "failed", "")
        self.add_heading(self.tr("Where your keys live"))
        self.body.addWidget(_card(self._where))
        self._rows = {True: (self._to_file,), False: (self._change, self._to_keychain)}
        for rows in self._rows.values():
            for row in rows:
                self.body.addWidget(row)
        self.body.addWidget(self._trouble)
        self._keys.changed.connect(self._renew)
        self._renew()
        self._keys.fetch()

    def _row(
        self, icon: str, heading: str, sentence: str, verb: str, name: str, sheet: KeysSheets
    ) -> Card:
        button = Button(verb, dense=True)
        button.setObjectName(name)
        button.setAccessibleName(heading)
        button.clicked.connect(lambda: self._open(sheet))
        row = CardRow(icon, heading, sentence)
        row.put_beside(button)
        return _card(row)

    def _open(self, sheet: KeysSheets) -> None:
        opened = sheet(self.window(), self._keys)
        self.destroyed.connect(opened.deleteLater)
        opened.open()

    def _renew(self) -> None:
        in_keychain = bool(self._keys.keychain)
        if in_keychain:
            self._where.say(
                self.tr("Keychain of this computer"),
                self.tr("{which} opens when you log in.").format(which=self._keys.keychain),
            )
        else:
            self._where.say(
                self.tr("Sealed file"), self.tr("Whisp asks for the passphrase at every start.")
            )
        for kind, rows in self._rows.items():
            for row in rows:
                row.setVisible(self._keys.is_known and kind is in_keychain)
        self._where.setVisible(self._keys.is_known)
        self._trouble.say(self._keys.trouble)
        self._trouble.setVisible(bool(self._keys.trouble) and not self._keys.is_known)


def _card(row: CardRow) -> Card:
    card = Card()
    card.add(row)
    return card
