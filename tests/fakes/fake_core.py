"""A core that does what a test says: the other half of a front end's contract."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar, cast

from whisp_desktop.session import commands
from whisp_desktop.session.events import Event

Answer = TypeVar("Answer")


class FakeCore:
    """`answers` by the command's class: a value, an awaitable of one, or an error to raise."""

    def __init__(self, listener: Callable[[Event], None]) -> None:
        self.tell = listener
        self.commands: list[commands.Command[Any]] = []
        self.answers: dict[type[commands.Command[Any]], Any] = {}
        self.refuses_to_live: Exception | None = None
        self.never_ends = False
        self.closed = False
        self.changed = asyncio.Event()
        self._closing = asyncio.Event()

    async def run(self) -> None:
        if self.refuses_to_live is not None:
            raise self.refuses_to_live
        await self._closing.wait()
        self.closed = True
        if self.never_ends:
            await asyncio.Event().wait()

    async def close(self) -> None:
        self._closing.set()

    async def do(self, command: commands.Command[Answer]) -> Answer:
        self.commands.append(command)
        self.changed.set()
        answer = self.answers.get(type(command))
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, asyncio.Future):
            answer = await answer
        return cast("Answer", answer)

    async def done(self, kind: type[commands.Command[Any]]) -> commands.Command[Any]:
        """Wait until a command of this kind was given, and take it off the list."""
        async with asyncio.timeout(5):
            while True:
                for command in self.commands:
                    if isinstance(command, kind):
                        self.commands.remove(command)
                        return command
                self.changed.clear()
                await self.changed.wait()
