"""Whether there is an account here, and whether it is open."""

from enum import Enum, auto
from typing import Final

from PySide6.QtCore import QObject, Signal

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.session.answers import Account, Status
from whisp_desktop.session.commands import GetStatus, Unlock
from whisp_desktop.session.device_commands import SetAside
from whisp_desktop.session.events import AccountEnded, Event, Notice
from whisp_desktop.ui.bridge import Bridge
from whisp_desktop.ui.viewmodels.errands import Errands


class Stage(Enum):
    """What the whole window is about."""

    STARTING = auto()
    TROUBLE = auto()
    NEW = auto()
    LOCKED = auto()
    OPEN = auto()
    ENDED = auto()


class Aside(Enum):
    """What can be put out of the way, so that Whisp goes on without."""

    BOOK = auto()
    PROFILE = auto()


_ASIDE: Final = dict.fromkeys(("file_damaged", "file_lost"), Aside.BOOK) | dict.fromkeys(
    ("entry_lost", "entry_damaged", "other_keychain", "profile_damaged", "keys_damaged"),
    Aside.PROFILE,
)


class AccountViewModel(QObject):
    """Follows the core from its start to an open account.

    trouble -- the sentence that says why the core could not start, why it ended, or why the
        account did
    is_waiting -- it starts still, and `trouble` says what it waits for
    has_lived -- it did start, so that `trouble` is about its end
    end_code -- of the `AccountEnded` that ended the account
    unlock_trouble -- the sentence under the passphrase field
    aside -- what can be set aside, where that is a way out
    set_aside_as -- what that is called now; None before it was done
    """

    changed = Signal()

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._errands = Errands()
        self.stage = Stage.STARTING
        self.trouble = ""
        self.has_lived = False
        self.unlock_trouble = ""
        self.unlocking = False
        self.is_waiting = False
        self.aside: Aside | None = None
        self.aside_trouble = ""
        self.set_aside_as: str | None = None
        self.status: Status | None = None
        self.end_code = ""
        bridge.ended.connect(self._ended)
        bridge.event.connect(self._hear)

    @property
    def account(self) -> Account | None:
        """Who one is, once the account is open."""
        return self.status.account if self.status is not None else None

    def begin(self) -> None:
        """Start the core and learn what is there; also after *Try again* and *Start anew*."""
        self.stage, self.trouble, self.has_lived = Stage.STARTING, "", False
        self.is_waiting, self.aside, self.set_aside_as = False, None, None
        self.changed.emit()
        self._errands.start(self._begin())

    def stop_waiting(self) -> None:
        """End the core, which waits for a keychain."""
        self._errands.start(self._stop())

    def set_aside(self) -> None:
        """Put what keeps Whisp from starting out of the way; `set_aside_as` is its name then."""
        self._errands.start(self._set_aside())

    def open(self) -> None:
        """Look anew: an account was just made, or something set aside."""
        self._errands.start(self._learn())

    def unlock(self, passphrase: Secret) -> None:
        """Try to open the vault; takes `passphrase` and closes it."""
        if self.unlocking:
            passphrase.close()
            return
        self.unlocking, self.unlock_trouble = True, ""
        self.changed.emit()
        self._errands.start(self._unlock(passphrase))

    async def _unlock(self, passphrase: Secret) -> None:
        try:
            with passphrase:
                await self._bridge.do(Unlock(passphrase))
        except RefusedError as refused:
            self.unlock_trouble = refused.say
            self.aside = _ASIDE.get(refused.code, Aside.PROFILE)
        else:
            await self._learn()
        finally:
            self.unlocking = False
            self.changed.emit()

    async def _begin(self) -> None:
        await self._bridge.close()  # it may live on in trouble
        self._bridge.start()
        await self._learn()

    async def _stop(self) -> None:
        await self._bridge.close()

    async def _set_aside(self) -> None:
        try:
            self.set_aside_as = await self._bridge.do(SetAside())
        except RefusedError as refused:
            self.aside_trouble = refused.say
        self.changed.emit()

    async def _learn(self) -> None:
        try:
            status = await self._bridge.do(GetStatus())
        except RefusedError as refused:
            self._fail(refused.say, _ASIDE.get(refused.code))
        else:
            self._take(status)

    def _take(self, status: Status) -> None:
        self.status = status
        self.has_lived, self.is_waiting = True, False
        if status.account is not None:
            self.stage = Stage.OPEN
        else:
            self.stage = Stage.LOCKED if status.profile == "locked" else Stage.NEW
        self.aside = Aside.PROFILE if self.stage is Stage.LOCKED else None
        self.changed.emit()

    def _hear(self, event: Event) -> None:
        if isinstance(event, AccountEnded):
            self.status, self.end_code = None, event.code
            self.stage, self.trouble = Stage.ENDED, event.say
            self.changed.emit()
        elif isinstance(event, Notice) and event.code == "keychain_waiting":
            self._wait(event.say)

    def _wait(self, say: str) -> None:
        if self.stage is Stage.STARTING:
            self.stage, self.trouble, self.is_waiting = Stage.TROUBLE, say, True
            self.changed.emit()

    def _ended(self, error: BaseException | None) -> None:
        if isinstance(error, RefusedError):
            self._fail(error.say, _ASIDE.get(error.code))
        elif error is not None:
            self._fail(self.tr("Whisp stopped because of a mistake of its own. Start it again."))

    def _fail(self, say: str, aside: Aside | None = None) -> None:
        has_ended = self.stage in {Stage.TROUBLE, Stage.ENDED} and self.trouble
        if has_ended and not self.is_waiting:
            return
        self.stage, self.trouble = Stage.TROUBLE, say
        self.is_waiting, self.aside = False, aside
        self.changed.emit()
