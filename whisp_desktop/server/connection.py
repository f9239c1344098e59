"""One open socket: its frames in and out, its pings, and how it is closed.

It takes the place of aiohttp's protocol after the upgrade: a socket that is idle then costs no
task and no timer, and a frame no detour through a queue.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from struct import Struct
from typing import Any, Final, Protocol

from aiohttp.http_websocket import WSMsgType

from whisp_desktop.protocol.keys import BundleId
from whisp_desktop.protocol.server_messages import ServerFrame, encode_answer
from whisp_desktop.server.closing import CloseCode
from whisp_desktop.server.inbox import Message, reading
from whisp_desktop.server.limits import (
    MOST_BYTES_QUEUED,
    MOST_FRAMES_QUEUED,
    MOST_REQUESTS_IN_FLIGHT,
)
from whisp_desktop.server.presence.base import Stocked
from whisp_desktop.server.problems import Code, ProblemError
from whisp_desktop.server.seats import Seat
from whisp_desktop.server.tokens import Scope

PING_EVERY_S: Final = 20
PONG_WITHIN_S: Final = 10
_CLOSE_WITHIN_S: Final = 5
_MOST_WAITING: Final = 8

_BINARY_MESSAGE: Final = WSMsgType.BINARY
_BINARY: Final = 0x82
_CLOSE: Final = 0x88
_PONG: Final = 0x8A
_PING: Final = b"\x89\x00"
_MASKED: Final = 0x80
_SHORT_HEAD: Final = Struct(">BB").pack
_LONG_HEAD: Final = Struct(">BBH").pack
_CODE: Final = Struct(">H").pack
_MOST_SHORT_BYTES: Final = 125
_LENGTH_FOLLOWS: Final = 126

Waiting = deque[bytes]
Act = Callable[["Connection", bytes], Coroutine[Any, Any, None] | None]


class Keeper(Protocol):
    """Who keeps the open sockets."""

    @property
    def act(self) -> "Act":
        """Acts on one binary frame; returns what is left to do, for which the next frames wait."""

    def left(self, connection: "Connection") -> None:
        """Hear, once, that nothing more is read or written."""

    def lost(self, connection: "Connection") -> None:
        """Hear, once, that the connection is gone."""


class Connection(asyncio.Protocol):
    """A socket that never makes a sender wait: a reader that is too slow is closed.

    Until `resume_writing` is called for the first time, what is sent waits.
    """

    __slots__ = (
        "_act",
        "_backlog",
        "_backlog_bytes",
        "_close_by",
        "_feed",
        "_is_paused",
        "_keeper",
        "_pong_by",
        "_transport",
        "_waiting",
        "_worker",
        "bundle_ids",
        "cert",
        "ends",
        "in_flight",
        "ping_at",
        "scope",
        "seat",
    )

    seat: Seat

    def __init__(
        self,
        transport: asyncio.Transport,
        *,
        scope: Scope,
        cert: bytes,
        ends: int,
        keeper: Keeper,
    ) -> None:
        self.scope = scope
        self.cert = cert
        self.ends = ends
        self.in_flight = 0
        self.bundle_ids: dict[BundleId, int] = {}
        self.ping_at = asyncio.get_running_loop().time() + PING_EVERY_S
        self._transport = transport
        self._keeper = keeper
        self._act = keeper.act
        self._feed: Callable[[bytes], object] = self._feed_first
        self._waiting: Waiting | None = None
        self._worker: asyncio.Task[None] | None = None
        self._backlog: deque[bytes] | None = None
        self._backlog_bytes = 0
        self._is_paused = True
        self._pong_by: float | None = None
        self._close_by: float | None = None

    def data_received(self, data: bytes) -> None:
        """Read what came (asyncio)."""
        self._feed(data)

    def _feed_first(self, data: bytes) -> None:
        """Refuse who does not mask (RFC 6455 §5.1); his first frame shows it."""
        if len(data) > 1 and not data[1] & _MASKED:
            self.close(CloseCode.PROTOCOL_ERROR)
        self._feed = reading(self._take, self.close)
        self._feed(data)

    def _take(self, message: Message) -> None:
        kind = message.type
        if kind is _BINARY_MESSAGE:
            if self._close_by is None:
                self._wait_for_turn(message.data)
        elif kind is WSMsgType.CLOSE:
            self._part(message.data)
        elif self.is_closing:
            return
        elif kind is WSMsgType.TEXT:
            self.close(CloseCode.MALFORMED)
        elif kind is WSMsgType.PONG:
            self._pong_by = None
        else:
            self._put(_SHORT_HEAD(_PONG, len(message.data)) + message.data)

    def _wait_for_turn(self, frame: bytes) -> None:
        """Act on frames in their order; while one waits for the directory, the next wait for it."""
        if self._waiting is None:
            left_to_do = self._act(self, frame)
            if left_to_do is not None:
                self._waiting = deque()
                self._worker = asyncio.create_task(self._work(left_to_do, self._waiting))
            return
        self._waiting.append(frame)
        if len(self._waiting) == _MOST_WAITING:
            self._transport.pause_reading()

    async def _work(self, left_to_do: Coroutine[Any, Any, None] | None, waiting: Waiting) -> None:
        is_paused = False
        try:
            while True:
                if left_to_do is not None:
                    await left_to_do
                if not waiting or self.is_closing:
                    return
                is_paused = is_paused or len(waiting) >= _MOST_WAITING
                left_to_do = self._act(self, waiting.popleft())
        finally:
            self._waiting = None
            if is_paused and not self._transport.is_closing():
                self._transport.resume_reading()

    def send(self, frame: ServerFrame) -> None:
        """Write a frame, or queue it while the reader is slow; too many waiting: closed."""
        if self._close_by is not None:
            return
        data = encode_answer(frame)
        size = len(data)
        if size <= _MOST_SHORT_BYTES:
            self._put(_SHORT_HEAD(_BINARY, size) + data)
        else:
            self._put(_LONG_HEAD(_BINARY, _LENGTH_FOLLOWS, size) + data)

    def _put(self, data: bytes) -> None:
        if self._is_paused:
            self._queue(data)
        else:
            self._transport.write(data)

    def _queue(self, data: bytes) -> None:
        if self._backlog is None:
            self._backlog = deque()
        self._backlog.append(data)
        self._backlog_bytes += len(data)
        if len(self._backlog) > MOST_FRAMES_QUEUED or self._backlog_bytes > MOST_BYTES_QUEUED:
            self.close(CloseCode.SLOW_READER)

    def pause_writing(self) -> None:
        """Queue from now on: the reader is slow (asyncio)."""
        self._is_paused = True

    def resume_writing(self) -> None:
        """Write what was queued (asyncio)."""
        self._is_paused = False
        while self._backlog and not self._is_paused:
            data = self._backlog.popleft()
            self._backlog_bytes -= len(data)
            self._transport.write(data)
        if not self._backlog:
            self._backlog = None

    def begin_request(self) -> None:
        """Count a request whose answer is not due yet; too many of them: closed."""
        self.in_flight += 1
        if self.in_flight > MOST_REQUESTS_IN_FLIGHT:
            self.close(CloseCode.TOO_FAST)

    def end_request(self, answer: ServerFrame) -> None:
        """Answer a request that was counted."""
        self.in_flight -= 1
        self.send(answer)

    def remember_bundles(self, bundles: Sequence[Stocked], unix_now: int) -> None:
        """Remember ids while their bundles may count. ProblemError if one was there before."""
        known = {id_: until for id_, until in self.bundle_ids.items() if until > unix_now}
        new = {bundle.bundle_id: bundle.until for bundle in bundles}
        if len(new) < len(bundles) or not known.keys().isdisjoint(new):
            raise ProblemError(Code.BAD_REQUEST)
        self.bundle_ids = known | new

    def check_pulse(self, now: float) -> None:
        """Ping when it is time; let go of who does not answer. `now`: the event loop's clock."""
        if self._close_by is not None:
            if now >= self._close_by:
                self._transport.abort()
        elif self._pong_by is not None:
            if now >= self._pong_by:
                self._transport.abort()
        elif now >= self.ping_at:
            self.ping_at = now + PING_EVERY_S
            self._pong_by = now + PONG_WITHIN_S
            self._transport.write(_PING)

    @property
    def is_closing(self) -> bool:
        """Whether nothing more is read or written."""
        return self._close_by is not None

    def close(self, code: int) -> None:
        """Begin to close, with a reason; nothing more is read or written after it."""
        if self.is_closing:
            return
        self._end()
        self._transport.write(_SHORT_HEAD(_CLOSE, 2) + _CODE(code))

    def _part(self, code: int) -> None:
        """Close because the other side does, or has answered our close."""
        if not self.is_closing:
            self.close(code or CloseCode.NORMAL)
        self._transport.close()

    def _end(self) -> None:
        self._close_by = asyncio.get_running_loop().time() + _CLOSE_WITHIN_S
        self._backlog = None
        self._keeper.left(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 -- asyncio's signature
        """Forget the socket (asyncio)."""
        if not self.is_closing:
            self._end()
        self._keeper.lost(self)
