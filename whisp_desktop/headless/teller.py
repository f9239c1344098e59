"""Answers and events on their way out."""

import asyncio
from collections.abc import Callable

from whisp_desktop.headless.encoding import Object, encode_line
from whisp_desktop.headless.fields import OrderId
from whisp_desktop.headless.outlet import Outlet
from whisp_desktop.headless.tidings import tiding
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session.commands import MarkSeen, MessageId
from whisp_desktop.session.events import Arrived, Event, ServerChanged

_MOST_SEEN_AT_ONCE = 256


class Teller:
    """Puts lines on an outlet; `hear` is the core's listener."""

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet
        self._server_connected: bool | None = None
        self._written: asyncio.Queue[tuple[str, MessageId]] = asyncio.Queue()

    def hear(self, event: Event) -> None:
        """Write the event's line. Of a server that stays lost, or there, one line is enough."""
        if isinstance(event, ServerChanged):
            if event.connected is self._server_connected:
                return
            self._server_connected = event.connected
        fields = tiding(event)
        if fields is None:
            return
        if isinstance(event, Arrived):
            name = (event.peer, event.message)
            self.tell(fields, lambda: self._written.put_nowait(name))
        else:
            self.tell(fields)

    def tell(self, fields: Object, written: Callable[[], None] = lambda: None) -> None:
        """Write a line; `written` is called when that was done."""
        self._outlet.put(encode_line(fields), written)

    def answer(self, order_id: OrderId, fields: Object) -> None:
        """Say that a command was done, and what came of it."""
        self.tell({"id": order_id, "ok": True, **fields})

    def refuse(self, order_id: OrderId, refusal: RefusedError) -> None:
        """Say that a command was not done, and why."""
        self.tell({"id": order_id, "ok": False, "code": refusal.code, "say": refusal.say})

    async def seen(self) -> MarkSeen:
        """Wait until lines of messages were written; return those of one peer as seen."""
        peer, message = await self._written.get()
        messages = [message]
        rest: list[tuple[str, MessageId]] = []
        while not self._written.empty():
            name = self._written.get_nowait()
            if name[0] == peer and len(messages) < _MOST_SEEN_AT_ONCE:
                messages.append(name[1])
            else:
                rest.append(name)
        for name in rest:
            self._written.put_nowait(name)
        return MarkSeen(peer, tuple(messages))
