"""Adding a device, on the one that certifies it: the token or code, and how far it has come."""

import asyncio
import math
import time

from PySide6.QtCore import QObject, QTimer, Signal

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session.answers import ShownCode, ShownToken
from whisp_desktop.session.device_commands import ConfirmDigits, MakeCode, ShowToken, StopEnrolling
from whisp_desktop.session.events import Enrolling, EnrollStep, Event
from whisp_desktop.ui.bridge import Bridge
from whisp_desktop.ui.viewmodels.errands import Errands


class AddingViewModel(QObject):
    """One attempt after the other.

    by_code -- the other device is somewhere else
    shown -- the text of the QR code or the digits, while they count
    hand_over -- the new device gets the account key as well
    step -- where it stands; `say` tells why it stopped
    confirming -- the digits are being looked at
    """

    changed = Signal()

    def __init__(self, bridge: Bridge, parent: QObject | None = None, *, by_code: bool) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._errands = Errands()
        self._making: asyncio.Task[None] | None = None
        self._expires_at = self._valid_s = 0.0
        self.by_code = by_code
        self.hand_over = False
        self.shown = ""
        self.step = EnrollStep.WAITING
        self.say = ""
        self.confirming = False
        self._tick = QTimer(self, interval=1000)
        self._tick.timeout.connect(self.changed)
        bridge.event.connect(self._hear)

    def begin(self) -> None:
        """Have a new token or code made; it takes the place of the former."""
        if self._making is not None:
            self._making.cancel()
        self.shown, self.step, self.say, self.confirming = "", EnrollStep.WAITING, "", False
        self._making = self._errands.start(self._make())
        self.changed.emit()

    def set_hand_over(self, hand_over: bool) -> None:  # noqa: FBT001  # a switch's signal
        """Decide about the account key; that takes another token."""
        if hand_over != self.hand_over:
            self.hand_over = hand_over
            self.begin()

    def confirm(self, digits: str) -> None:
        """Take what the new device shows; there is one try."""
        if self.step is EnrollStep.CONFIRM and not self.confirming:
            self.confirming = True
            self.changed.emit()
            self._errands.start(self._confirm(digits))

    def end(self) -> None:
        """Burn what is shown, and forget it."""
        self._bridge.event.disconnect(self._hear)
        self._errands.cancel()
        self._forget()
        self.changed.emit()
        if self.step is not EnrollStep.DONE:
            self._bridge.do(StopEnrolling()).add_done_callback(_let_go)
        self.deleteLater()

    @property
    def seconds_left(self) -> int:
        """Whole seconds for which the code still counts."""
        return max(0, math.ceil(self._expires_at - time.monotonic()))

    @property
    def share_left(self) -> float:
        """From 1 down to 0."""
        return self.seconds_left / self._valid_s if self._valid_s else 1.0

    async def _make(self) -> None:
        command = MakeCode(self.hand_over) if self.by_code else ShowToken(self.hand_over)
        try:
            shown: ShownToken | ShownCode = await self._bridge.do(command)
        except RefusedError as refused:
            self._stop(refused.say)
            return
        self.shown = shown.code if isinstance(shown, ShownCode) else shown.qr
        self._valid_s = float(shown.valid_s)
        self._expires_at = time.monotonic() + shown.valid_s
        self._tick.start()
        self.changed.emit()

    async def _confirm(self, digits: str) -> None:
        try:
            await self._bridge.do(ConfirmDigits(digits))
        except RefusedError as refused:
            self._stop(refused.say)

    def _hear(self, event: Event) -> None:
        if not isinstance(event, Enrolling) or self.step is EnrollStep.STOPPED:
            return
        if event.step is EnrollStep.STOPPED:
            self._stop(event.say)
            return
        self.step = event.step
        if event.step not in {EnrollStep.WAITING, EnrollStep.AGREEING}:
            self._forget()
        self.changed.emit()

    def _stop(self, say: str) -> None:
        self.step, self.say = EnrollStep.STOPPED, say
        self._forget()
        self.changed.emit()

    def _forget(self) -> None:
        self.shown = ""
        self._tick.stop()


def _let_go(answer: "asyncio.Future[None]") -> None:
    """Pass over a refusal: a core that has ended meanwhile has nothing to burn."""
    if not answer.cancelled():
        answer.exception()
