"""The four steps of the first run: welcome, username, keys, protection."""

import asyncio
from collections.abc import Coroutine
from enum import IntEnum

from PySide6.QtCore import QObject, Signal

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.session.answers import Account
from whisp_desktop.session.commands import CheckName, ChoosePassphrase, CreateAccount
from whisp_desktop.ui.bridge import Bridge
from whisp_desktop.ui.names import in_sentence, is_username
from whisp_desktop.ui.viewmodels.errands import Errands
from whisp_desktop.ui.viewmodels.work import Work

PAUSE_S = 0.6
"""How long typing must rest before a name is checked: each check costs proof of work."""


class Step(IntEnum):
    """A page of the first run."""

    WELCOME = 0
    USERNAME = 1
    KEYS = 2
    PROTECTION = 3


class NameState(IntEnum):
    """What is known of the username in the field."""

    UNKNOWN = 0
    BAD = 1
    CHECKING = 2
    FREE = 3
    TAKEN = 4


class FirstRunViewModel(QObject):
    """What was typed, what the server says of it, and the account once it is made.

    keychain_refused -- why there is no keychain; empty where one answers
    needs_passphrase -- no keychain answers here: the vault's passphrase comes first
    has_passphrase -- one was taken; another one takes its place until the account is made
    work -- how far the work for the account is
    trouble -- the sentence under the field of the current step
    """

    changed = Signal()
    finished = Signal()

    def __init__(
        self,
        bridge: Bridge,
        server: str = "",
        keychain_refused: str = "",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._errands = Errands()
        self._check: asyncio.Task[None] | None = None
        self._making: asyncio.Task[None] | None = None
        self.work = Work(bridge, self)
        self.step = Step.WELCOME
        self.name = ""
        self.server = server
        self.keychain_refused = keychain_refused
        self.name_state = NameState.UNKNOWN
        self.trouble = ""
        self.busy = False
        self.needs_passphrase = False
        self.has_passphrase = False
        self.account: Account | None = None

    @property
    def may_go_on(self) -> bool:
        """Whether the primary button of this step does anything."""
        if self.busy:
            return False
        if self.step is Step.USERNAME:
            is_open = self.name_state not in {NameState.BAD, NameState.TAKEN}
            return is_open and is_username(self.name) and bool(self.server)
        return True

    @property
    def may_cancel(self) -> bool:
        """What is made can be stopped while this computer works for it, not once it is sent."""
        return self.busy and self.work.done is not None

    @property
    def may_go_back(self) -> bool:
        """A made account is not unmade by going back."""
        return not self.busy and self.step > Step.WELCOME and self.account is None

    @property
    def name_sentence(self) -> str:
        """What is known of the username, in words."""
        name = in_sentence(self.name)
        match self.name_state:
            case NameState.BAD:
                return self.tr("Use 3 to 24 letters a–z, digits or underscores, a letter first.")
            case NameState.CHECKING:
                return self.tr("Asking the server…")
            case NameState.FREE:
                return self.tr("“{name}” is free.").format(name=name)
            case NameState.TAKEN:
                return self.tr("“{name}” is taken. Try another one.").format(name=name)
            case NameState.UNKNOWN:
                return ""

    def set_name(self, name: str) -> None:
        """Take what the field holds now."""
        self.name = name
        self._name_changed()

    def set_server(self, server: str) -> None:
        """Take what the server field holds now."""
        self.server = server.strip()
        self._name_changed()

    def go_on(self) -> None:
        """Do what the primary button of this step says, save on the passphrase page."""
        match self.step:
            case Step.WELCOME:
                self._go_to(Step.USERNAME)
            case Step.USERNAME if self.may_go_on:
                self._stop_checking()
                if self.needs_passphrase:
                    self._go_to(Step.KEYS)
                else:
                    self._begin(self._create())
            case Step.KEYS if self.account is not None:
                self._go_to(Step.PROTECTION)
            case Step.PROTECTION:
                self.finished.emit()
            case _:
                pass

    def go_back(self) -> None:
        """Show the step before."""
        if self.may_go_back:
            self._go_to(Step(self.step - 1))

    def set_passphrase(self, passphrase: Secret) -> None:
        """Seal the vault with `passphrase`, which is closed here, and make the account."""
        if self.busy:
            passphrase.close()
            return
        self._begin(self._seal_and_create(passphrase))

    def keep_passphrase(self) -> None:
        """Make the account under the passphrase that was taken before."""
        if self.has_passphrase and not self.busy:
            self._begin(self._create())

    def cancel(self) -> None:
        """Stop making the account."""
        if self.may_cancel and self._making is not None:
            self._making.cancel()

    def _name_changed(self) -> None:
        self._stop_checking()
        self.trouble = ""
        if not self.name:
            self.name_state = NameState.UNKNOWN
        elif not is_username(self.name):
            self.name_state = NameState.BAD
        elif not self.server:
            self.name_state = NameState.UNKNOWN
        else:
            self.name_state = NameState.CHECKING
            self._check = self._errands.start(self._ask_about(self.name, self.server))
        self.changed.emit()

    def _stop_checking(self) -> None:
        if self._check is not None:
            self._check.cancel()
            self._check = None
        if self.name_state is NameState.CHECKING:
            self.name_state = NameState.UNKNOWN

    async def _ask_about(self, name: str, server: str) -> None:
        """Ask once nobody has typed for a while: each question costs work."""
        await asyncio.sleep(PAUSE_S)
        try:
            free = await self._bridge.do(CheckName(name, server))
        except RefusedError as refused:
            self.name_state, self.trouble = NameState.UNKNOWN, refused.say
        else:
            self.name_state = NameState.FREE if free else NameState.TAKEN
        self.changed.emit()

    def _begin(self, errand: Coroutine[object, object, None]) -> None:
        self.busy, self.trouble = True, ""
        self.work.forget()
        self.changed.emit()
        self._making = self._errands.start(self._make(errand))

    async def _make(self, errand: Coroutine[object, object, None]) -> None:
        try:
            await errand
        except RefusedError as refused:
            self._take_refusal(refused)
        finally:
            self.busy = False
            self.changed.emit()

    async def _create(self) -> None:
        self.account = await self._bridge.do(CreateAccount(self.name, self.server))
        self.step = Step.KEYS

    async def _seal_and_create(self, passphrase: Secret) -> None:
        with passphrase:
            await self._bridge.do(ChoosePassphrase(passphrase))
        self.has_passphrase = True
        await self._create()

    def _take_refusal(self, refused: RefusedError) -> None:
        match refused.code:
            case "passphrase_needed":
                self.needs_passphrase, self.step = True, Step.KEYS
            case "name_taken" | "taken":
                self.name_state, self.step = NameState.TAKEN, Step.USERNAME
            case _:
                self.trouble = refused.say

    def _go_to(self, step: Step) -> None:
        self.step, self.trouble = step, ""
        self.changed.emit()
