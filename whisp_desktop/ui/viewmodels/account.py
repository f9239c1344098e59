"""Whether there is an account here, and whether it is open."""

from enum import Enum, auto

from PySide6.QtCore import QObject, Signal

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.session.answers import Account, Status
from whisp_desktop.session.commands import GetStatus, Unlock
from whisp_desktop.session.events import AccountEnded, Event
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


class AccountViewModel(QObject):
    """Follows the core from its start to an open account.

    trouble -- the sentence that says why the core could not start, why it ended, or why the
        account did
    has_lived -- it did start, so that `trouble` is about its end
    end_code -- of the `AccountEnded` that ended the account
    unlock_trouble -- the sentence under the passphrase field
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
        self.changed.emit()
        self._bridge.start()
        self._errands.start(self._learn())

    def open(self) -> None:
        """First run is over: show the account that was just made."""
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
        else:
            await self._learn()
        finally:
            self.unlocking = False
            self.changed.emit()

    async def _learn(self) -> None:
        try:
            status = await self._bridge.do(GetStatus())
        except RefusedError as refused:
            self._fail(refused.say)
        else:
            self._take(status)

    def _take(self, status: Status) -> None:
        self.status = status
        self.has_lived = True
        if status.account is not None:
            self.stage = Stage.OPEN
        else:
            self.stage = Stage.LOCKED if status.profile == "locked" else Stage.NEW
        self.changed.emit()

    def _hear(self, event: Event) -> None:
        if isinstance(event, AccountEnded):
            self.status, self.end_code = None, event.code
            self.stage, self.trouble = Stage.ENDED, event.say
            self.changed.emit()

    def _ended(self, error: BaseException | None) -> None:
        if isinstance(error, RefusedError):
            self._fail(error.say)
        elif error is not None:
            self._fail(self.tr("Whisp stopped because of a mistake of its own. Start it again."))

    def _fail(self, say: str) -> None:
        if self.stage in {Stage.TROUBLE, Stage.ENDED} and self.trouble:
            return
        self.stage, self.trouble = Stage.TROUBLE, say
        self.changed.emit()
