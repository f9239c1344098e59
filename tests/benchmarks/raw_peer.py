"""aiortc alone: one end of a data channel in a process of its own, driven by lines.

`python -m tests.benchmarks.raw_peer` reads `{"do": …}` a line and answers each with a line. Moments
are nanoseconds of CLOCK_MONOTONIC, which all processes of a computer share.
"""

import asyncio
import json
import sys
import time
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Any

import uvloop
from aiortc import RTCDataChannel, RTCPeerConnection, RTCSessionDescription

from tests.benchmarks.own_process import start_module

BOUND_S = 20.0
_STAMP_BYTES = 8


class End:
    """One end; `offer` and `answer` begin a new connection, the one before is closed."""

    def __init__(self) -> None:
        self._connection: RTCPeerConnection | None = None

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()

    async def _begin(self) -> RTCPeerConnection:
        await self.close()
        self._connection = RTCPeerConnection()
        self._connection.on("datachannel", self._adopt)
        self._channel: RTCDataChannel | None = None
        self._open = asyncio.Event()
        self._ways_ns: list[int] = []
        return self._connection

    def _adopt(self, channel: RTCDataChannel) -> None:
        self._channel = channel
        channel.on("message", self._take)
        if channel.readyState == "open":
            self._open.set()
        else:
            channel.on("open", self._open.set)

    def _take(self, message: bytes) -> None:
        sent_ns = int.from_bytes(message[:_STAMP_BYTES], "big")
        self._ways_ns.append(time.monotonic_ns() - sent_ns)

    async def do_offer(self) -> str:
        connection = await self._begin()
        self._adopt(connection.createDataChannel("whisp"))
        await connection.setLocalDescription()
        return connection.localDescription.sdp

    async def do_answer(self, sdp: str) -> str:
        """Take an offer; return the answer."""
        connection = await self._begin()
        await connection.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        await connection.setLocalDescription()
        return connection.localDescription.sdp

    async def do_connect(self, sdp: str) -> None:
        """Take the answer."""
        assert self._connection is not None
        await self._connection.setRemoteDescription(RTCSessionDescription(sdp, "answer"))

    async def do_opened(self) -> int:
        """Wait until the channel is open; return the moment."""
        async with asyncio.timeout(BOUND_S):
            await self._open.wait()
        return time.monotonic_ns()

    async def do_send(self, size_bytes: int) -> None:
        """Send one message that says when it was sent."""
        assert self._channel is not None
        stamp = time.monotonic_ns().to_bytes(_STAMP_BYTES, "big")
        self._channel.send(stamp.ljust(size_bytes, b"\0"))

    async def do_ways(self) -> list[int]:
        """Return how long each message was under way, in nanoseconds."""
        return self._ways_ns


async def _obey() -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=2**20)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    end = End()
    while line := await reader.readline():
        order = json.loads(line)
        value = await getattr(end, f"do_{order.pop('do')}")(**order)
        sys.stdout.write(json.dumps(value) + "\n")
        sys.stdout.flush()
    await end.close()


class RawPeer:
    """The process, as the benchmark sees it."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._process: Process | None = None

    async def start(self) -> None:
        """Start it."""
        self._process = await start_module(
            "tests.benchmarks.raw_peer", (), self._home, stdin=PIPE, stdout=PIPE
        )

    async def order(self, what: str, **fields: Any) -> Any:
        """Have it do something; return what came of it."""
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": what, **fields}).encode() + b"\n")
        async with asyncio.timeout(BOUND_S):
            return json.loads(await self._process.stdout.readline())

    async def close(self) -> None:
        """End it."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.communicate()


if __name__ == "__main__":
    uvloop.run(_obey())
