"""aiohttp's reader of WebSocket frames, without its queue: what it reads is handed on at once.

The queue's class is no public name of aiohttp; this module alone knows of it.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from aiohttp._websocket.reader import WebSocketDataQueue
from aiohttp.base_protocol import BaseProtocol
from aiohttp.http_websocket import WebSocketError, WebSocketReader, WSMessage, WSMessageTextBytes

MOST_FRAME_BYTES: Final = 128 * 1024

Message = WSMessage | WSMessageTextBytes
Take = Callable[[Message], None]
Refuse = Callable[[int], None]


class _Inbox(WebSocketDataQueue):
    """Takes messages from the reader; nothing waits here."""

    def __init__(self, take: Take, refuse: Refuse) -> None:
        loop = asyncio.get_running_loop()
        super().__init__(BaseProtocol(loop), MOST_FRAME_BYTES, loop=loop)
        self._take = take
        self._refuse = refuse

    def feed_data(self, data: Message, size: int) -> None:  # noqa: ARG002 -- aiohttp's signature
        self._take(data)

    def set_exception(self, exc: BaseException, exc_cause: BaseException | None = None) -> None:  # noqa: ARG002 -- aiohttp's signature
        self._refuse(exc.code if isinstance(exc, WebSocketError) else 1002)


def reading(take: Take, refuse: Refuse) -> Callable[[bytes], tuple[bool, bytes]]:
    """Return what takes the bytes of a socket.

    take -- called with each whole message, control frames too; text stays bytes
    refuse -- called with the close code when the bytes break RFC 6455; 1009 above 128 KiB
    """
    inbox = _Inbox(take, refuse)
    # The reader refuses messages of its bound already.
    reader = WebSocketReader(inbox, MOST_FRAME_BYTES + 1, compress=False, decode_text=False)
    return reader.feed_data
