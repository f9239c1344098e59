"""A headless front end on two pipes, with a fake core behind it."""

import asyncio
import fcntl
import json
import os
import sys
import termios
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.fakes.fake_core import FakeCore
from whisp_desktop.headless.lines import LineReader
from whisp_desktop.headless.main import live
from whisp_desktop.headless.order_desk import OrderDesk
from whisp_desktop.headless.outlet import Outlet
from whisp_desktop.headless.teller import Teller
from whisp_desktop.protocol.errors import RefusedError

BOUND_S = 10
PIPE_BYTES = 64 * 1024


class Talk:
    """The program's side is `core`; the test's side writes lines and reads lines."""

    def __init__(self, server_url: str | None, refusal: RefusedError | None) -> None:
        loop = asyncio.get_running_loop()
        self._their_in, self.input = os.pipe()
        self._output, self._their_out = os.pipe()
        self.outlet = Outlet(self._their_out, loop)
        self.teller = Teller(self.outlet)
        self.core = FakeCore(self.teller.hear)
        self.core.refuses_to_live = refusal
        self.lines = LineReader(self._their_in, loop)
        self.desk = OrderDesk(self.core, self.lines, self.outlet, self.teller, server_url)
        self.stop = asyncio.Event()
        self.reader = asyncio.StreamReader(limit=64 * 1024)
        self._input_open = True

    async def begin(self) -> None:
        self._transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(self.reader), os.fdopen(self._output, "rb", 0)
        )
        self.lines.start()
        self.lived = asyncio.create_task(
            live(self.core, self.desk, self.outlet, self.teller, self.stop)
        )

    async def write(self, data: bytes) -> None:
        await asyncio.to_thread(_write_whole, self.input, data)

    async def order(self, **fields: Any) -> dict[str, Any]:
        """Give a command and return its answer; nothing else may come in between."""
        await self.write(json.dumps({"id": 1, **fields}).encode() + b"\n")
        return await self.read()

    async def read_line(self) -> bytes:
        line = b""
        async with asyncio.timeout(BOUND_S):
            while not line.endswith(b"\n"):
                try:
                    line += await self.reader.readuntil(b"\n")
                except asyncio.LimitOverrunError as much:
                    line += await self.reader.readexactly(much.consumed)
        return line

    async def stuck(self) -> None:
        """Wait until the pipe is full of what nobody has read."""
        size = bytearray(4)
        async with asyncio.timeout(BOUND_S):
            while int.from_bytes(size, sys.byteorder) < PIPE_BYTES:
                fcntl.ioctl(self._output, termios.FIONREAD, size)
                await asyncio.sleep(0.001)

    async def read(self) -> dict[str, Any]:
        found = json.loads(await self.read_line())
        assert isinstance(found, dict)
        return found

    def end_input(self) -> None:
        if self._input_open:
            self._input_open = False
            os.close(self.input)

    async def close(self) -> None:
        """Close the pipes once no thread uses them: their numbers are soon others'."""
        self.end_input()
        self._transport.close()
        await asyncio.sleep(0)
        self.outlet._lines.put(None)
        for thread in (self.outlet._thread, self.lines._thread):
            await asyncio.to_thread(thread.join, BOUND_S)
        os.close(self._their_in)
        os.close(self._their_out)


def _write_whole(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


@asynccontextmanager
async def talking(
    server_url: str | None = None, refusal: RefusedError | None = None
) -> AsyncIterator[Talk]:
    """Begin a front end, and see that it ends when its input does."""
    talk = Talk(server_url, refusal)
    await talk.begin()
    try:
        yield talk
        talk.end_input()
        async with asyncio.timeout(BOUND_S):
            await talk.lived
            await talk.outlet.finish(BOUND_S)
    finally:
        talk.lived.cancel()
        await talk.close()
