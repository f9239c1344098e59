"""A real server inside the test's own process, on a clock that the test moves."""

import heapq
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from server_caller import Caller, wait_until

from whisp_desktop.server.clock import Clock
from whisp_desktop.server.directory import Directory
from whisp_desktop.server.node import Node
from whisp_desktop.server.rest import Rest
from whisp_desktop.server.settings import Settings
from whisp_desktop.server.web_server import WebServer


class MovedClock:
    """Both clocks of a server and its timers; nothing passes unless the test says so."""

    def __init__(self) -> None:
        self.started = int(time.time())
        self.passed_s = 0.0
        self._numbers = count()
        self._timers: list[tuple[float, int, Callable[[], object]]] = []

    def unix(self) -> int:
        return self.started + int(self.passed_s)

    def time(self) -> float:
        return 1000.0 + self.passed_s

    def call_at(self, when: float, callback: Callable[[], object], /) -> object:
        heapq.heappush(self._timers, (when, next(self._numbers), callback))
        return None

    def move(self, seconds: float) -> None:
        self.passed_s += seconds
        while self._timers and self._timers[0][0] <= self.time() + 1e-9:
            heapq.heappop(self._timers)[2]()


class Here:
    """The server, its node for looking inside, and its clock."""

    def __init__(self, node: Node, rest: Rest, clock: MovedClock, caller: Caller) -> None:
        self.node = node
        self.rest = rest
        self.clock = clock
        self.caller = caller

    async def sweep(self) -> None:
        """What the running server does every second."""
        now, unix_now = self.clock.time(), self.clock.unix()
        await self.node.switchboard.expire(now, unix_now)
        self.rest.sweep(now, unix_now)

    async def until_due(self, answers: int = 1) -> None:
        """Wait until that many answers wait for their tick."""
        connections = self.rest._sockets._open
        await wait_until(lambda: sum(each.in_flight for each in connections) >= answers)


@asynccontextmanager
async def server_here(folder: Path, **settings: Any) -> AsyncIterator[Here]:
    """Run a server until the block ends; limits are on and work is least, unless told."""
    given = {"whisp_env": "development", "pow_bits": 8, **settings}
    clock = MovedClock()
    directory = await Directory.open(f"sqlite:///{folder / 'here.sqlite3'}")
    listening = socket.create_server(("127.0.0.1", 0))
    name = f"127.0.0.1:{listening.getsockname()[1]}"
    node = Node(Settings(**given), (name,), directory, Clock(clock.unix, clock.time), clock)
    rest = Rest(node)
    runner = web.ServerRunner(WebServer(rest.answer))
    await runner.setup()
    site = web.SockSite(runner, listening)
    await site.start()
    connector = aiohttp.TCPConnector(limit=0)
    try:
        async with aiohttp.ClientSession(connector=connector) as session:
            yield Here(node, rest, clock, Caller(f"http://{name}", session))
    finally:
        await site.stop()
        await rest.drain()
        await runner.cleanup()
        await directory.close()
