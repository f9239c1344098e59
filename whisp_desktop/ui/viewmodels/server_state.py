"""Whether the server answers, in words, with the seconds until it is tried again."""

import math
import time
from collections.abc import Callable
from contextlib import suppress

from PySide6.QtCore import QObject, QTimer, Signal

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session.commands import Retry
from whisp_desktop.session.events import Event, ServerChanged
from whisp_desktop.ui.bridge import Bridge
from whisp_desktop.ui.viewmodels.errands import Errands

Clock = Callable[[], float]


class ServerStateViewModel(QObject):
    """Tells of the server; it ticks only while there are seconds to count.

    connected -- None until the core has told
    offline -- it is lost because this computer has no network
    """

    changed = Signal()

    def __init__(
        self, bridge: Bridge, parent: QObject | None = None, clock: Clock = time.monotonic
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._clock = clock
        self._errands = Errands()
        self._retry_at: float | None = None
        self.connected: bool | None = None
        self.offline = False
        self._tick = QTimer(self, interval=1000)
        self._tick.timeout.connect(self._count)
        bridge.event.connect(self._hear)
        bridge.ended.connect(self._forget)

    @property
    def word(self) -> str:
        """The few words at the foot."""
        if self.connected is None:
            return self.tr("Reaching the server…")
        return self.tr("Server reached") if self.connected else self.tr("Server not reached")

    @property
    def sentence(self) -> str:
        """What it means while the server does not answer, else nothing."""
        if self.connected is None or self.connected:
            return ""
        if self.offline:
            return self.tr("This computer is offline.")
        away = self.tr(
            "The server does not answer. Open conversations go on. Nobody new can reach you."
        )
        return f"{away} {self._next_try()}".rstrip()

    @property
    def may_retry(self) -> bool:
        """Whether another try is to come, which may as well be now."""
        return self.connected is False and self._retry_at is not None

    @property
    def trying(self) -> bool:
        """Whether that try is under way."""
        return self.may_retry and self._seconds_left() == 0

    def retry(self) -> None:
        """Try the server at once."""
        if self.may_retry and not self.trying:
            self._retry_at = self._clock()
            self._tick.stop()
            self.changed.emit()
            self._errands.start(self._retry())

    def take(self, *, connected: bool) -> None:
        """Begin with what the status said, unless an event has said more since."""
        if self.connected is None and connected:
            self.connected = True
            self.changed.emit()

    async def _retry(self) -> None:
        with suppress(RefusedError):
            await self._bridge.do(Retry())

    def _next_try(self) -> str:
        if self.trying:
            return self.tr("Trying again now.")
        return self.tr("Trying again in %n s.", "", self._seconds_left()) if self.may_retry else ""

    def _seconds_left(self) -> int:
        if self._retry_at is None:
            return 0
        return max(0, math.ceil(self._retry_at - self._clock()))

    def _hear(self, event: Event) -> None:
        if not isinstance(event, ServerChanged):
            return
        self.connected, self._retry_at = event.connected, event.retry_at
        self.offline = event.offline
        if not event.connected and self._seconds_left() > 0:
            self._tick.start()
        else:
            self._tick.stop()
        self.changed.emit()

    def _forget(self) -> None:
        self.connected, self._retry_at, self.offline = None, None, False
        self._tick.stop()
        self.changed.emit()

    def _count(self) -> None:
        if self._seconds_left() == 0:
            self._tick.stop()
        self.changed.emit()
