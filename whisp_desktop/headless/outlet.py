"""Lines out: whole, in order, written by a thread of its own, and never more than 8 MiB waiting."""

import asyncio
import os
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial

MOST_WAITING_BYTES = 8 * 1024 * 1024
_EASY_BYTES = 1024 * 1024


class Outlet:
    """Writes lines to a file descriptor; everything but the writing happens on `loop`.

    A reader who stops reading blocks only the thread. Commands wait for him from 1 MiB on
    (`easy`); events cannot wait, and at 8 MiB the outlet gives up: `failed` is set, as it is when
    the reader has gone. Each line is overwritten in memory once it was written.
    """

    def __init__(self, descriptor: int, loop: asyncio.AbstractEventLoop) -> None:
        self.failed = asyncio.Event()
        self._descriptor = descriptor
        self._loop = loop
        self._waiting_bytes = 0
        self._easy = asyncio.Event()
        self._easy.set()
        self._empty = asyncio.Event()
        self._empty.set()
        self._lines: queue.SimpleQueue[tuple[bytearray, Callable[[], None]] | None] = (
            queue.SimpleQueue()
        )
        self._thread = threading.Thread(target=self._write, name="lines-out", daemon=True)
        self._thread.start()

    def put(self, line: bytearray, written: Callable[[], None] = lambda: None) -> None:
        """Have the line written; `written` is called on the loop when it was."""
        if self.failed.is_set():
            return
        self._waiting_bytes += len(line)
        self._empty.clear()
        if self._waiting_bytes > _EASY_BYTES:
            self._easy.clear()
        if self._waiting_bytes > MOST_WAITING_BYTES:
            self._fail()
        else:
            self._lines.put((line, written))

    async def easy(self) -> None:
        """Wait until the reader has kept up, or there is nobody to wait for."""
        await self._easy.wait()

    async def finish(self, patience_s: float) -> bool:
        """Write what waits, for so long at most. Tells whether every line was written."""
        self._lines.put(None)
        try:
            async with asyncio.timeout(patience_s):
                await self._empty.wait()
        except TimeoutError:
            self._fail()
        return not self.failed.is_set()

    def _fail(self) -> None:
        self.failed.set()
        self._easy.set()
        self._empty.set()

    def _wrote(self, line: bytearray, written: Callable[[], None]) -> None:
        self._waiting_bytes -= len(line)
        line[:] = bytes(len(line))
        if self._waiting_bytes <= _EASY_BYTES:
            self._easy.set()
        if not self._waiting_bytes:
            self._empty.set()
        written()

    def _write(self) -> None:
        while (entry := self._lines.get()) is not None:
            line, written = entry
            try:
                self._write_whole(line)
            except OSError:
                self._post(self._fail)
                return
            self._post(partial(self._wrote, line, written))

    def _post(self, what: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop has ended: nobody waits for this any more
            self._loop.call_soon_threadsafe(what)

    def _write_whole(self, line: bytearray) -> None:
        with memoryview(line) as rest:
            done = 0
            while done < len(rest):
                done += os.write(self._descriptor, rest[done:])
