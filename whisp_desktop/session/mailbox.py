"""A mailbox of the server, through which two devices of one person meet, seen from one side."""

import asyncio
from collections.abc import Awaitable, Callable

from whisp_desktop.protocol.server_messages import Mail

Box = str | bytes
"""A number of 4 digits, or 8 bytes."""


class Mailbox:
    """Sends and gets the frames of one box, 2048 bytes each, in turn.

    put -- brings a frame to the server. RefusedError `forbidden`: the box is gone, or it is the
    turn of somebody else
    """

    def __init__(self, box: Box, put: Callable[[Box, bytes], Awaitable[None]]) -> None:
        self.box = box
        self._put = put
        self._came: asyncio.Queue[bytes] = asyncio.Queue()

    async def send(self, frame: bytes) -> None:
        """Bring a frame to the other side. RefusedError."""
        await self._put(self.box, frame)

    async def receive(self, within_s: float) -> bytes:
        """Wait for the other side's next frame. TimeoutError."""
        async with asyncio.timeout(within_s):
            return await self._came.get()

    def take(self, mail: Mail[Box]) -> None:
        """Take a frame that the server brought, if it is of this box."""
        if mail.box == self.box:
            self._came.put_nowait(mail.frame)
