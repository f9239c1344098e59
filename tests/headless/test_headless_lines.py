"""How input is cut into lines, whatever the pieces in which it comes."""

import asyncio
import os

from hypothesis import given
from hypothesis import strategies as st

from whisp_desktop.headless.lines import (
    LONGEST_LINE_BYTES,
    MOST_WAITING,
    Line,
    LineReader,
    LineSplitter,
    TooLong,
)


def _split(*pieces: bytes) -> list[Line]:
    splitter = LineSplitter()
    lines = [line for piece in pieces for line in splitter.feed(piece)]
    return [*lines, *splitter.finish()]


@given(st.lists(st.sampled_from([b"", b"a", b"\n", b"ab\ncd", b"\n\n", b"\r\n"])))
def test_pieces_do_not_matter(pieces: list[bytes]) -> None:
    whole = b"".join(pieces)
    *ends, rest = whole.split(b"\n")
    assert _split(*pieces) == [bytearray(line) for line in ends + ([rest] if rest else [])]


def test_a_line_of_exactly_1_mib_is_a_line() -> None:
    line = b"x" * LONGEST_LINE_BYTES
    assert _split(line + b"\n", b"y\n") == [bytearray(line), bytearray(b"y")]


def test_a_longer_line_is_skipped_to_its_end_and_told_once_and_at_once() -> None:
    splitter = LineSplitter()
    assert list(splitter.feed(b"x" * LONGEST_LINE_BYTES)) == []
    assert list(splitter.feed(b"x")) == [TooLong()]
    assert list(splitter.feed(b"x" * LONGEST_LINE_BYTES)) == []
    assert list(splitter.feed(b"x\nnext\n")) == [bytearray(b"next")]


def test_nothing_of_a_longer_line_is_kept() -> None:
    assert _split(b"x" * (LONGEST_LINE_BYTES + 1), b"{}") == [TooLong()]


async def test_the_last_line_needs_no_newline() -> None:
    read, write = os.pipe()
    reader = LineReader(read, asyncio.get_running_loop())
    reader.start()
    os.write(write, b"one\ntwo")
    os.close(write)
    async with asyncio.timeout(5):
        assert [await reader.next() for _ in range(3)] == [
            bytearray(b"one"),
            bytearray(b"two"),
            None,
        ]
    os.close(read)


async def test_a_fast_writer_waits_for_us() -> None:
    read, write = os.pipe()
    reader = LineReader(read, asyncio.get_running_loop())
    reader.start()
    os.write(write, b"\n" * 20_000)
    os.close(write)
    waiting = [0]
    async with asyncio.timeout(20):
        while await reader.next() is not None:
            waiting.append(reader._lines.qsize())
    assert len(waiting) == 20_001
    assert max(waiting) <= MOST_WAITING
    os.close(read)
