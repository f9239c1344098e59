"""Into an account that there is: as another device, by scan or code, or with a recovery sheet."""

import asyncio
from collections.abc import Coroutine
from enum import IntEnum
from typing import Final

from PySide6.QtCore import QObject, Signal

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.session.beginning import UnknownServerError
from whisp_desktop.session.commands import ChoosePassphrase
from whisp_desktop.session.device_commands import EnterCode, Recover, ScanToken, StopEnrolling
from whisp_desktop.session.events import Enrolling, EnrollStep, Event
from whisp_desktop.ui.bridge import Bridge
from whisp_desktop.ui.viewmodels.errands import Errands
from whisp_desktop.ui.viewmodels.work import Work

_STOPPED_HERE = "stopped"


class JoinPage(IntEnum):
    """What is shown."""

    SCAN = 0
    CODE = 1
    PASSPHRASE = 2
    DIGITS = 3
    RECOVERY = 4


_PAGES: Final = {
    ScanToken: JoinPage.SCAN,
    EnterCode: JoinPage.CODE,
    Recover: JoinPage.RECOVERY,
}
"""Where an attempt began."""


class JoiningViewModel(QObject):
    """One way into an account, from the first page to the end.

    server -- where the other device is, as far as it is known here
    unknown_host -- the server that a scanned code names and nobody has agreed to
    digits -- what is typed into the other device
    trouble -- why the last attempt came to nothing
    """

    changed = Signal()
    finished = Signal()

    def __init__(self, bridge: Bridge, server: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._errands = Errands()
        self._attempt: ScanToken | EnterCode | Recover | None = None
        self.work = Work(bridge, self)
        self.page = JoinPage.SCAN
        self.server = server
        self.unknown_host = ""
        self.digits = ""
        self.trouble = ""
        self.busy = False
        bridge.event.connect(self._hear)

    def show_page(self, page: JoinPage) -> None:
        """Go to another page."""
        self.page, self.trouble = page, ""
        self.forget()
        self.changed.emit()

    def scan(self, text: str) -> None:
        """Take what was scanned, read from a picture or pasted."""
        self._try(ScanToken(text))

    def agree_to_host(self) -> None:
        """Go to the server that the code names."""
        attempt, host = self._attempt, self.unknown_host
        self.unknown_host = ""
        if isinstance(attempt, ScanToken):
            self._try(ScanToken(attempt.qr, host))

    def refuse_host(self) -> None:
        """Go nowhere."""
        self.unknown_host = ""
        self.forget()
        self.changed.emit()

    def enter(self, server: str, code: str) -> None:
        """Take a code that was read out."""
        self.server = server.strip()
        self._try(EnterCode(self.server, code))

    def recover(self, text: str, passphrase: Secret, server: str) -> None:
        """Take a recovery sheet; `passphrase` is closed once it is not needed any more."""
        if self.busy:
            passphrase.close()
            return
        self.server = server.strip()
        self._try(Recover(text, passphrase, self.server))

    def set_passphrase(self, passphrase: Secret) -> None:
        """Seal the vault with `passphrase`, which is closed here, and go on."""
        if self.busy or self._attempt is None:
            passphrase.close()
            return
        self._begin(self._seal(passphrase, self._attempt))

    def stop(self) -> None:
        """Give it up."""
        if isinstance(self._attempt, Recover):
            self._errands.cancel()
        else:
            self._errands.start(self._stop())

    def forget(self) -> None:
        """Let go of what was typed for an attempt that comes to nothing more."""
        if isinstance(self._attempt, Recover):
            self._attempt.passphrase.close()
        self._attempt = None

    def _try(self, attempt: ScanToken | EnterCode | Recover) -> None:
        if not self.busy:
            self.forget()
            self._attempt = attempt
            self._begin(self._do(attempt))

    def _begin(self, errand: Coroutine[object, object, None]) -> None:
        self.busy, self.trouble = True, ""
        self.work.forget()
        self.changed.emit()
        self._errands.start(errand)

    async def _do(self, attempt: ScanToken | EnterCode | Recover) -> None:
        """Hand it over; what becomes of a new device are events."""
        try:
            await self._bridge.do(attempt)
        except RefusedError as refused:
            self._refuse(refused)
        except asyncio.CancelledError:
            self.forget()
            self.busy = False
            self.changed.emit()
            raise
        else:
            if isinstance(attempt, Recover):
                self.forget()
                self.finished.emit()

    async def _seal(self, passphrase: Secret, attempt: ScanToken | EnterCode | Recover) -> None:
        try:
            with passphrase:
                await self._bridge.do(ChoosePassphrase(passphrase))
        except RefusedError as refused:
            self._refuse(refused)
        else:
            self.page = _PAGES[type(attempt)]
            await self._do(attempt)

    async def _stop(self) -> None:
        try:
            await self._bridge.do(StopEnrolling())
        except RefusedError as refused:
            self._refuse(refused)

    def _refuse(self, refused: RefusedError) -> None:
        self.busy = False
        if isinstance(refused, UnknownServerError):
            self.unknown_host = refused.host
        elif refused.code == "passphrase_needed":
            self.page = JoinPage.PASSPHRASE
        else:
            self.forget()
            self.trouble = refused.say
        self.changed.emit()

    def _hear(self, event: Event) -> None:
        if not isinstance(event, Enrolling):
            return
        match event.step:
            case EnrollStep.CONFIRM:
                self.page, self.digits, self.busy = JoinPage.DIGITS, event.digits, False
            case EnrollStep.FINISHING:
                self.digits = ""
            case EnrollStep.DONE:
                self.finished.emit()
                return
            case EnrollStep.STOPPED:
                self._stopped(event)
            case EnrollStep.WAITING | EnrollStep.AGREEING:
                pass
        self.changed.emit()

    def _stopped(self, event: Enrolling) -> None:
        self.busy, self.digits = False, ""
        self.trouble = "" if event.code == _STOPPED_HERE else event.say
        if self.page is JoinPage.DIGITS and self._attempt is not None:
            self.page = _PAGES[type(self._attempt)]
