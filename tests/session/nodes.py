"""Whole cores against a real server, in this process: their events wait in a queue."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from tests.fakes.memory_keychain import MemoryKeychain
from whisp_desktop.session import commands
from whisp_desktop.session.events import Event, Opened, Requested, ServerChanged, Solving
from whisp_desktop.session.node import Node
from whisp_desktop.vault.profile import Profile

READY = "whisp-server listening on "
E = TypeVar("E", bound=Event)


class Server:
    """One `whisp-server` process with the least work, or another `program` that is like it."""

    def __init__(
        self, folder: Path, port: int = 0, program: Sequence[str] = ("whisp_desktop.server.main",)
    ) -> None:
        self.folder = folder
        environment = {
            "PATH": os.environ["PATH"],
            "WHISP_ENV": "development",
            "PORT": str(port),
            "POW_BITS": "3",
            "LIMITS": "off",
            "DATABASE_URL": f"sqlite:///{folder / 'directory.sqlite3'}",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", *program],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line.startswith(READY)
        self.url = line.removeprefix(READY).strip()

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=15)
        assert self._process.stdout is not None
        self._process.stdout.close()


class Person:
    """A node with its events."""

    def __init__(self, name: str, folder: Path, url: str | None, keychain: MemoryKeychain) -> None:
        self.name = name
        self.folder = folder
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self.told: list[Event] = []
        self.node = Node(Profile(folder, lambda: keychain), url, self._hear)

    def _hear(self, event: Event) -> None:
        self.told.append(event)
        self._events.put_nowait(event)

    async def hear(self, kind: type[E]) -> E:
        """Return the next event of this kind, passing over others."""
        async with asyncio.timeout(20):
            while True:
                event = await self._events.get()
                if isinstance(event, kind):
                    return event

    async def hear_nothing(self) -> None:
        """Let the loop turn while a test waits for something else; bounded by the test's own."""
        await asyncio.sleep(0.01)

    def fractions_done(self) -> int:
        """Return how often work was told to be done."""
        return sum(isinstance(event, Solving) and event.fraction == 1.0 for event in self.told)

    async def register(self) -> None:
        await self.node.do(commands.CreateAccount(self.name, ""))
        assert (await self.hear(ServerChanged)).connected


@asynccontextmanager
async def person(
    name: str, folder: Path, url: str | None, keychain: MemoryKeychain | None = None
) -> AsyncIterator[Person]:
    """Run a node as long as the block lasts."""
    made = Person(name, folder / name, url, keychain or MemoryKeychain())
    running = asyncio.create_task(made.node.run())
    try:
        yield made
    finally:
        await made.node.close()
        async with asyncio.timeout(10):
            await running


async def talk(asker: Person, other: Person) -> None:
    """Bring a conversation up."""
    await asker.node.do(commands.Ask(other.name))
    request = await other.hear(Requested)
    await other.node.do(commands.Accept(request.request))
    await asker.hear(Opened)
    await other.hear(Opened)


async def know(somebody: Person, contacts: int) -> None:
    """Wait until somebody has as many contacts."""
    async with asyncio.timeout(5):
        while len(await somebody.node.do(commands.GetContacts())) < contacts:
            await somebody.hear_nothing()
