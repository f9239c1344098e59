"""Lines in: standard input cut into lines by a thread of its own, with a bound on each."""

import asyncio
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_LINE_BYTES = 1024 * 1024
_READ_BYTES = 64 * 1024
MOST_WAITING = 64


@dataclass(frozen=True, slots=True)
class TooLong:
    """A line above 1 MiB was here; nothing of it is kept."""


Line = bytearray | TooLong


class LineSplitter:
    """Cuts a stream of bytes into lines (without their newline) of at most 1 MiB. Pure."""

    def __init__(self) -> None:
        self._begun = bytearray()
        self._skipping = False

    def feed(self, data: bytes) -> Iterator[Line]:
        """Take the next bytes; yield the lines that they end, and a `TooLong` as soon as it is."""
        *ends, rest = data.split(b"\n")
        for end in ends:
            yield from self._extend(end)
            if not self._skipping:
                yield self._begun
            self._begun = bytearray()
            self._skipping = False
        yield from self._extend(rest)

    def finish(self) -> Iterator[Line]:
        """Yield what stands after the last newline, if anything does."""
        if self._begun:
            yield self._begun

    def _extend(self, data: bytes) -> Iterator[Line]:
        if self._skipping:
            return
        if len(self._begun) + len(data) > LONGEST_LINE_BYTES:
            self._begun = bytearray()
            self._skipping = True
            yield TooLong()
        else:
            self._begun += data


class LineReader:
    """The lines of a file descriptor, for one task of `loop`: `None` is the end of input.

    A thread reads, because input may be a pipe, a terminal or a file, and only a thread waits
    for any of them. At most 64 lines wait: a faster writer waits at his end.
    """

    def __init__(self, descriptor: int, loop: asyncio.AbstractEventLoop) -> None:
        self._descriptor = descriptor
        self._loop = loop
        self._lines: asyncio.Queue[Line | None] = asyncio.Queue()
        self._room = threading.Semaphore(MOST_WAITING)
        self._thread = threading.Thread(target=self._read, name="lines-in", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    async def next(self) -> Line | None:
        """Return the next line, or None at the end of input."""
        line = await self._lines.get()
        self._room.release()
        return line

    def _read(self) -> None:
        try:
            for line in self._split():
                self._room.acquire()
                self._loop.call_soon_threadsafe(self._lines.put_nowait, line)
        except RuntimeError:
            return  # the loop has ended, and nobody waits for lines

    def _split(self) -> Iterator[Line | None]:
        splitter = LineSplitter()
        try:
            while data := os.read(self._descriptor, _READ_BYTES):
                yield from splitter.feed(data)
        except OSError:
            yield None  # a terminal that went away: the end of input like any other
            return
        yield from splitter.finish()
        yield None
