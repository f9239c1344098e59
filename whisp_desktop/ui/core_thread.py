"""The core's own thread: one event loop that belongs to the core alone.

Every method says in which of the two threads it runs. What goes back to the window is an `Outcome`:
something to be called in the window's thread, queued in the order in which things happened.
"""

import asyncio
import contextlib
import sys
import threading
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from whisp_desktop.log import get_log
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session.commands import Command
from whisp_desktop.session.events import Event

Answer = TypeVar("Answer")
Outcome = Callable[[], None]
Listener = Callable[[Event], None]

log = get_log("ui")


class Core(Protocol):
    """What the window needs of `session.node.Node`."""

    async def run(self) -> None:
        """Live until `close`; a `RefusedError` says why it could not begin."""

    async def do(self, command: Command[Answer], /) -> Answer:
        """Answer a command or raise `RefusedError`."""

    async def close(self) -> None:
        """End every conversation, then let `run` return."""


MakeCore = Callable[[Listener], Core]
"""Builds the core; called in the core's thread, where it may import what it needs."""


class Call(Generic[Answer]):
    """One command on its way through the core, and the future that the window awaits."""

    def __init__(self, command: Command[Answer], future: asyncio.Future[Answer]) -> None:
        self.command = command
        self.future = future
        self.task: asyncio.Task[None] | None = None

    def resolve(self, answer: Answer) -> None:
        """In the window's thread: give the answer to the one who waits, if he still does."""
        if not self.future.done():
            self.future.set_result(answer)

    def refuse(self, error: Exception) -> None:
        """In the window's thread: give the error to the one who waits, if he still does."""
        if not self.future.done():
            self.future.set_exception(error)


class CoreThread:
    """Runs one core from its making to its end.

    hand_over -- called in the core's thread with what is to be called in the window's
    ended -- called in the window's thread with the error that ended the core, or None
    """

    def __init__(
        self,
        make_core: MakeCore,
        hear: Listener,
        hand_over: Callable[[Outcome], None],
        ended: Callable[[Exception | None], None],
    ) -> None:
        self._make_core = make_core
        self._hear = hear
        self._hand_over = hand_over
        self._ended = ended
        self._loop = _new_loop()
        self._core: asyncio.Future[Core] = self._loop.create_future()
        self._thread = threading.Thread(target=self._live, name="whisp-core", daemon=True)

    # Called in the window's thread

    def start(self) -> None:
        """Let the core be made and run."""
        self._thread.start()

    def begin(self, call: Call[Answer]) -> None:
        """Hand a command over."""
        self._tell(lambda: self._begin(call))

    def cancel(self, call: Call[Answer]) -> None:
        """Let go of a command that nobody waits for any more."""
        self._tell(lambda: call.task.cancel() if call.task else None)

    def close(self) -> None:
        """Ask the core to end."""
        self._tell(self._begin_closing)

    def _tell(self, what: Callable[[], object]) -> None:
        with contextlib.suppress(RuntimeError):  # its loop has just been closed: `ended` follows
            self._loop.call_soon_threadsafe(what)

    # Run in the core's thread

    def _live(self) -> None:
        error: Exception | None = None
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._run())
        except RefusedError as refused:
            error = refused
        except Exception as failure:  # noqa: BLE001  # whatever it is, the window has to say so
            log.error("the core ended with an error")  # noqa: TRY400  # a traceback names things
            error = failure
        finally:
            _wind_up(self._loop)
        self._hand_over(lambda: self._ended(error))

    async def _run(self) -> None:
        try:
            core = self._make_core(self._hear)
        except Exception:
            self._core.cancel()
            raise
        self._core.set_result(core)
        await core.run()

    def _begin(self, call: Call[Answer]) -> None:
        call.task = self._loop.create_task(self._answer(call))

    async def _answer(self, call: Call[Answer]) -> None:
        core = await self._core
        try:
            answer = await core.do(call.command)
        except Exception as error:  # noqa: BLE001  # it belongs to the one who asked
            refusal = error
            self._hand_over(lambda: call.refuse(refusal))
        else:
            self._hand_over(lambda: call.resolve(answer))

    def _begin_closing(self) -> None:
        self._closing = self._loop.create_task(self._close())

    async def _close(self) -> None:
        core = await self._core
        await core.close()


def _new_loop() -> asyncio.AbstractEventLoop:
    if sys.platform == "win32":
        return asyncio.new_event_loop()
    import uvloop  # noqa: PLC0415  # does not exist on Windows

    return uvloop.new_event_loop()


def _wind_up(loop: asyncio.AbstractEventLoop) -> None:
    """Cancel what is left of the core's tasks, wait for its worker threads, close the loop."""
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    with contextlib.suppress(Exception):
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()
