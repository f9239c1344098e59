"""`whisp headless`: one profile, its core on the main thread, and JSON Lines on both sides."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from whisp_desktop import __version__
from whisp_desktop.headless.lines import LineReader
from whisp_desktop.headless.order_desk import Core, OrderDesk
from whisp_desktop.headless.outlet import Outlet
from whisp_desktop.headless.teller import Teller
from whisp_desktop.log import set_up_logs
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session.node import Node
from whisp_desktop.vault.profile import Profile

PROTOCOL = 1
CLOSING_S = 5.0
_LAST_LINES_S = 5.0
_STOP_SIGNALS = ("SIGTERM", "SIGINT", "SIGHUP")


def run_headless(profile: Path, server_url: str | None) -> int:
    """Run until the input ends; return the exit status: 1 if it did not end well."""
    set_up_logs(verbose=False)
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(_live(profile, server_url))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    if sys.platform == "win32":
        return asyncio.new_event_loop
    import uvloop  # noqa: PLC0415 -- there is none for Windows

    return uvloop.new_event_loop


async def _live(profile: Path, server_url: str | None) -> int:
    loop = asyncio.get_running_loop()
    outlet = Outlet(_take_standard_output(), loop)
    teller = Teller(outlet)
    lines = LineReader(sys.stdin.fileno(), loop)
    stop = asyncio.Event()
    _on_stop_signals(loop, stop.set)
    core = Node(Profile(profile), server_url, teller.hear)
    teller.tell({"event": "ready", "version": __version__, "protocol": PROTOCOL})
    lines.start()
    desk = OrderDesk(core, lines, outlet, teller, server_url)
    try:
        lived = await live(core, desk, outlet, teller, stop)
    except TimeoutError:
        # A thread that waits for a keychain would keep the process for ever.
        await outlet.finish(_LAST_LINES_S)
        os._exit(1)
    return 0 if await outlet.finish(_LAST_LINES_S) and lived else 1


async def live(
    core: Core, desk: OrderDesk, outlet: Outlet, teller: Teller, stop: asyncio.Event
) -> bool:
    """Serve until the input ends, `stop` is set or nobody reads; then close the core.

    Tell whether the core could live: its profile may refuse. TimeoutError if it does not end.
    """
    living = asyncio.create_task(core.run())
    others = [
        asyncio.create_task(work)
        for work in (desk.run(), _mark_seen(core, teller), stop.wait(), outlet.failed.wait())
    ]
    await asyncio.wait([living, *others], return_when=asyncio.FIRST_COMPLETED)
    for other in others:
        other.cancel()
    await core.close()
    try:
        async with asyncio.timeout(CLOSING_S):
            await living
    except RefusedError as refusal:
        teller.tell({"event": "notice", "code": refusal.code, "say": refusal.say})
        return False
    for ended in await asyncio.gather(*others, return_exceptions=True):
        if isinstance(ended, Exception):
            raise ended
    return True


async def _mark_seen(core: Core, teller: Teller) -> None:
    while True:
        with suppress(RefusedError):
            await core.do(await teller.seen())


def _take_standard_output() -> int:
    """Keep standard output for lines alone: whatever else is printed goes to standard error."""
    descriptor = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return descriptor


def _on_stop_signals(loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> None:
    for name in _STOP_SIGNALS:
        if sys.platform == "win32":
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), lambda *_: loop.call_soon_threadsafe(stop))
        else:
            loop.add_signal_handler(getattr(signal, name), stop)
