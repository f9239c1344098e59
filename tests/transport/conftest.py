"""What all tests of this room share; above all a look at what is left after each."""

import asyncio
import importlib
import importlib.util
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.fakes.link_listener import RememberingListener
from tests.transport.waiting import until
from whisp_desktop.transport.ice import IcePolicy


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Run each test on asyncio's own loop, as on Windows, and on uvloop, as elsewhere."""
    loops: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {
        "asyncio": asyncio.SelectorEventLoop
    }
    if importlib.util.find_spec("uvloop") is not None:
        loops["uvloop"] = importlib.import_module("uvloop").new_event_loop
    return loops


@pytest.fixture
def listener() -> RememberingListener:
    return RememberingListener()


@pytest.fixture
def other_listener() -> RememberingListener:
    return RememberingListener()


@pytest.fixture
def loopback() -> IcePolicy:
    return IcePolicy(relay_only=False, servers=(), development=True)


def _count_sockets() -> int:
    """Count the open sockets; uvloop has two of its own, new ones whenever it is run."""
    found = 0
    for entry in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):
            found += str(entry.readlink()).startswith("socket:")
    return found


def _threads() -> set[int | None]:
    """Threads but those of the loop's own pool, which end with the loop."""
    return {
        thread.ident
        for thread in threading.enumerate()
        if not thread.name.startswith(("asyncio_", "uvloop_"))
    }


@pytest.fixture(autouse=True)
async def nothing_left() -> AsyncIterator[None]:
    """After each test: no task, socket or thread that was not there before."""
    sockets, threads = _count_sockets(), _threads()
    yield
    await until(lambda: asyncio.all_tasks() == {asyncio.current_task()})
    await until(lambda: _count_sockets() <= sockets)
    await until(lambda: _threads() <= threads)
