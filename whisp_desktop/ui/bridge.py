"""The only place where the window and the core meet; each lives in a thread of its own.

The window hands a command over by `Bridge.do` and awaits the answer on its own loop. What the core
tells comes as the signal `Bridge.event`. Answers and events travel in one queue, so the window
learns of them in the order in which they happened, with one hand-over each way.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from whisp_desktop.log import get_log
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session.commands import Command
from whisp_desktop.session.events import Event
from whisp_desktop.ui.core_thread import Call, CoreThread, MakeCore, Outcome

Answer = TypeVar("Answer")

CLOSING_S = 2.0

log = get_log("ui")


class _Signals(QObject):
    """The bridge's signals; it cannot be a QObject itself, whose `event` is another thing."""

    event_told = Signal(object)
    ended = Signal(object)
    woken = Signal()

    def __init__(self, deliver: Callable[[], None]) -> None:
        super().__init__()
        self._deliver = deliver
        self.woken.connect(self._wake, Qt.ConnectionType.QueuedConnection)

    def _wake(self) -> None:
        self._deliver()


class Bridge:
    """Hands commands to the core's thread, and its answers and events to the window's.

    event -- a signal that carries each `Event` of the core
    ended -- a signal: the core has ended, with the exception that ended it, or None
    """

    def __init__(self, make_core: MakeCore) -> None:
        self._signals = _Signals(self._deliver)
        self.event = self._signals.event_told
        self.ended = self._signals.ended
        self._make_core = make_core
        self._from_core: deque[Outcome] = deque()
        self._is_woken = False
        self._core: CoreThread | None = None
        self._calls: set[Call[object]] = set()
        self._has_ended = asyncio.Event()

    def start(self) -> None:
        """Make and run the core, the first time or again after it has `ended`."""
        if self._core is None:
            self._has_ended.clear()
            self._core = CoreThread(self._make_core, self._hear, self._hand_over, self._end)
            self._core.start()

    def do(self, command: Command[Answer]) -> asyncio.Future[Answer]:
        """Hand `command` over at once; the answer, or `RefusedError`, is for awaiting.

        To cancel the future is to cancel the command.
        """
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        call = Call(command, future)
        core = self._core
        if core is None:
            call.refuse(_not_running())
            return future
        self._calls.add(call)  # type: ignore[arg-type]  # its answer's type does not matter here
        future.add_done_callback(lambda _: self._let_go(call))
        core.begin(call)
        return future

    async def close(self, within_s: float = CLOSING_S) -> bool:
        """End the core; False if that took longer than `within_s`."""
        if self._core is None:
            return True
        self._core.close()
        try:
            await asyncio.wait_for(self._has_ended.wait(), within_s)
        except TimeoutError:
            log.error("the core did not end in time")  # noqa: TRY400  # a traceback says no more
            return False
        return True

    def _let_go(self, call: Call[Answer]) -> None:
        self._calls.discard(call)
        if call.future.cancelled() and self._core is not None:
            self._core.cancel(call)

    def _deliver(self) -> None:
        """Take what was queued so far; what is queued meanwhile waits for the next turn."""
        self._is_woken = False
        for _ in range(len(self._from_core)):
            self._from_core.popleft()()

    def _end(self, error: Exception | None) -> None:
        self._core = None
        for call in tuple(self._calls):
            call.refuse(_not_running())
        self._has_ended.set()
        self.ended.emit(error)

    # Called in the core's thread

    def _hear(self, event: Event) -> None:
        self._hand_over(lambda: self.event.emit(event))

    def _hand_over(self, outcome: Outcome) -> None:
        self._from_core.append(outcome)
        if not self._is_woken:
            self._is_woken = True
            self._signals.woken.emit()


def _not_running() -> RefusedError:
    return RefusedError("not_running", "Whisp is not running. Start it again.")
