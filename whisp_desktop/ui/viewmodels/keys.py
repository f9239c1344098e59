"""Where one's keys are, and what can be done about that."""

from typing import Any

from PySide6.QtCore import QObject

from whisp_desktop.protocol.keys import Secret
from whisp_desktop.session.commands import Command, GetStatus
from whisp_desktop.session.device_commands import ChangePassphrase, MoveKeys
from whisp_desktop.ui.bridge import Bridge
from whisp_desktop.ui.viewmodels.decision import Decision

_KEYCHAIN = "os-keychain:"


class KeysViewModel(Decision):
    """`keychain` is the name of the keychain that has them; empty if a sealed file has."""

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(bridge, parent)
        self.keychain = ""
        self.is_known = False

    def fetch(self) -> None:
        """Learn where they are."""
        self._errands.start(self._or_say(self._fetch()))

    def change_passphrase(self, old: Secret, new: Secret) -> None:
        """Let another passphrase open Whisp; takes both and closes them."""
        self._begin(self._act(ChangePassphrase(old, new), old, new))

    def move_to_file(self, passphrase: Secret) -> None:
        """Keep the keys in a sealed file; takes the passphrase and closes it."""
        self._begin(self._act(MoveKeys("passphrase", passphrase), passphrase))

    def move_to_keychain(self) -> None:
        """Keep the keys in the keychain of this computer."""
        self._begin(self._act(MoveKeys("keychain")))

    async def _act(self, command: Command[Any], *secrets: Secret) -> None:
        try:
            await self._bridge.do(command)
        finally:
            for secret in secrets:
                secret.close()
        await self._fetch()
        self.done.emit()

    async def _fetch(self) -> None:
        store = (await self._bridge.do(GetStatus())).key_store
        self.keychain = store.removeprefix(_KEYCHAIN) if store.startswith(_KEYCHAIN) else ""
        self.is_known = True
