"""Commands in: one after the other, as they stand on the input."""

import asyncio
from contextlib import suppress
from typing import Any, Protocol, TypeVar

from whisp_desktop.headless.fields import Fields, OrderId, read_object
from whisp_desktop.headless.lines import Line, LineReader
from whisp_desktop.headless.orders import Order, order
from whisp_desktop.headless.outlet import Outlet
from whisp_desktop.headless.teller import Teller
from whisp_desktop.headless.typing_marks import TypingMarks
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session.commands import Command, Send, SetTyping

LAST_ANSWERS_S = 10.0
"""So long may a question that was asked before the input ended wait for its answer."""

Answer = TypeVar("Answer")


class Core(Protocol):
    """What this front end needs of the core; `session.node.Node` is one."""

    async def run(self) -> None:
        """Live until `close`. RefusedError where the profile cannot be used."""

    async def do(self, command: Command[Answer]) -> Answer:
        """Do it and answer. RefusedError where it cannot be done."""
        ...

    async def close(self) -> None:
        """End every session; then `run` returns."""


class OrderDesk:
    """Reads commands, has them done in their order, and answers each of them.

    Questions to others (`Order.waits`) are answered when they are, and hold up nobody.
    server_url -- where an account is made if its command names no server
    """

    def __init__(
        self, core: Core, lines: LineReader, outlet: Outlet, teller: Teller, server_url: str | None
    ) -> None:
        self._core = core
        self._lines = lines
        self._outlet = outlet
        self._teller = teller
        self._server_url = server_url
        self._typing = TypingMarks(self._stop_typing)

    async def run(self) -> None:
        """Serve until the input ends, and every command in it is answered."""
        with suppress(TimeoutError):
            async with asyncio.timeout(None) as bound, asyncio.TaskGroup() as questions:
                while (line := await self._lines.next()) is not None:
                    await self._outlet.easy()
                    await self._serve(line, questions)
                bound.reschedule(asyncio.get_running_loop().time() + LAST_ANSWERS_S)
        self._typing.close()

    async def _serve(self, line: Line, questions: asyncio.TaskGroup) -> None:
        order_id: OrderId = None
        try:
            fields = Fields(read_object(line))
            order_id = fields.order_id()
            named, command = self._read(fields)
        except RefusedError as refusal:
            self._teller.refuse(order_id, refusal)
            return
        work = self._do(order_id, named, command)
        if named.waits:
            questions.create_task(work)
        else:
            await work

    def _read(self, fields: Fields) -> tuple[Order[Any], Command[Any]]:
        name = fields.text("do")
        named = order(name)
        if name in {"create_account", "recover"} and self._server_url is not None:
            fields.fill_in("server", self._server_url)
        command = named.read(fields)
        fields.done()
        return named, command

    async def _do(self, order_id: OrderId, named: Order[Answer], command: Command[Answer]) -> None:
        try:
            answer = await self._core.do(command)
        except RefusedError as refusal:
            self._teller.refuse(order_id, refusal)
            return
        self._teller.answer(order_id, named.answer(answer))
        if isinstance(command, SetTyping):
            self._typing.began(command.peer)
        elif isinstance(command, Send) and self._typing.ended(command.peer):
            await self._stop_typing(command.peer)

    async def _stop_typing(self, peer: str) -> None:
        with suppress(RefusedError):
            await self._core.do(SetTyping(peer, typing=False))
