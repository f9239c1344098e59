"""Lines out: in order, whole, bounded, forgotten once written, and never in the core's way."""

import asyncio
import os
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from whisp_desktop.headless.outlet import MOST_WAITING_BYTES, Outlet

MIB = 1024 * 1024


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    read, write = os.pipe()
    yield read, write
    with suppress(OSError):
        os.close(read)
    for thread in threading.enumerate():
        if thread.name == "lines-out":
            thread.join(0.5)
    os.close(write)


async def _read(descriptor: int, size: int) -> bytes:
    found = b""
    while len(found) < size:
        found += await asyncio.to_thread(os.read, descriptor, size - len(found))
    return found


async def test_lines_keep_their_order_and_are_whole(pipe: tuple[int, int]) -> None:
    outlet = Outlet(pipe[1], asyncio.get_running_loop())
    lines = [b"%d:%b\n" % (number, b"x" * (number * 97 % 5000)) for number in range(300)]
    for line in lines:
        outlet.put(bytearray(line))
    assert await _read(pipe[0], sum(map(len, lines))) == b"".join(lines)
    assert await outlet.finish(5)


async def test_a_line_is_told_and_overwritten_when_it_is_written(pipe: tuple[int, int]) -> None:
    outlet = Outlet(pipe[1], asyncio.get_running_loop())
    told = asyncio.Event()
    line = bytearray(b"words\n")
    outlet.put(line, told.set)
    assert not told.is_set()
    async with asyncio.timeout(5):
        await told.wait()
    assert line == bytes(6)
    assert await _read(pipe[0], 6) == b"words\n"
    assert await outlet.finish(5)


async def test_a_reader_who_does_not_read_holds_up_commands_only(pipe: tuple[int, int]) -> None:
    outlet = Outlet(pipe[1], asyncio.get_running_loop())
    outlet.put(bytearray(2 * MIB))
    easy = asyncio.create_task(outlet.easy())
    async with asyncio.timeout(1):  # the loop itself goes on
        for _ in range(100):
            await asyncio.sleep(0)
    assert not easy.done()
    await _read(pipe[0], 2 * MIB)
    async with asyncio.timeout(5):
        await easy
    assert await outlet.finish(5)


async def test_what_waits_is_bounded_and_then_it_fails(pipe: tuple[int, int]) -> None:
    outlet = Outlet(pipe[1], asyncio.get_running_loop())
    for _ in range(MOST_WAITING_BYTES // MIB):
        outlet.put(bytearray(MIB))
    assert not outlet.failed.is_set()
    outlet.put(bytearray(MIB))
    assert outlet.failed.is_set()
    await outlet.easy()
    assert not await outlet.finish(5)
    os.close(pipe[0])


async def test_a_reader_who_has_gone_is_a_failure(pipe: tuple[int, int]) -> None:
    outlet = Outlet(pipe[1], asyncio.get_running_loop())
    os.close(pipe[0])
    outlet.put(bytearray(b"{}\n"))
    async with asyncio.timeout(5):
        await outlet.failed.wait()
    assert not await outlet.finish(5)


async def test_the_end_waits_no_longer_than_it_is_told(pipe: tuple[int, int]) -> None:
    outlet = Outlet(pipe[1], asyncio.get_running_loop())
    outlet.put(bytearray(MIB))
    assert not await outlet.finish(0.05)
    os.close(pipe[0])
