"""The socket's door: who may open one, and how many; who is still there."""

import asyncio
import hashlib
from base64 import b64encode
from typing import Final

from aiohttp import hdrs, web
from aiohttp.http_websocket import WS_KEY

from whisp_desktop.protocol.keys import DeviceId
from whisp_desktop.server.closing import CloseCode
from whisp_desktop.server.connection import PING_EVERY_S, Act, Connection
from whisp_desktop.server.doorway import asker_prefix, read_bearer
from whisp_desktop.server.frames import Frames
from whisp_desktop.server.limits import MOST_SOCKETS, MOST_SOCKETS_OF_A_PREFIX
from whisp_desktop.server.node import Node
from whisp_desktop.server.occupancy import Occupancy
from whisp_desktop.server.problems import Code, ProblemError
from whisp_desktop.server.records import Registered
from whisp_desktop.server.seats import Seat
from whisp_desktop.server.tokens import Bearer, Scope

SUBPROTOCOL: Final = "whisp.v1"
_LOOK_AGAIN_S: Final = 0.02


class Sockets:
    """Every open socket of one node."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._frames = Frames(node)
        self._open: Occupancy[Connection] = Occupancy(
            MOST_SOCKETS, MOST_SOCKETS_OF_A_PREFIX if node.settings.limits_on else None
        )
        self._leaving: set[asyncio.Task[None]] = set()

    async def upgrade(self, request: web.BaseRequest) -> None:
        """Turn a request into a socket; aiohttp has nothing more to do with it.

        ProblemError before anything was written.
        """
        prefix = asker_prefix(self._node, request)
        self._check_prefix(prefix)
        accept = _accept_key(request)
        bearer = read_bearer(self._node, request)
        device = await self._device(bearer)
        self._check_prefix(prefix)  # others came in while the directory was asked
        transport = request.transport
        if self._node.ends_soon() or self._open.is_full or transport is None:
            raise ProblemError(Code.CLOSING)
        cert = b"" if device is None else device.cert
        connection = Connection(
            transport, scope=bearer.scope, cert=cert, ends=bearer.ends, keeper=self
        )
        connection.seat = _seat(bearer, device, connection)
        self._open.enter(connection, prefix)
        await self._node.switchboard.sit_down(connection.seat)
        _hand_over(request, transport, connection, accept)
        if self._node.ends_soon():
            connection.close(CloseCode.DRAINING)

    async def _device(self, bearer: Bearer) -> Registered | None:
        """Return the device of a token, None for a guest's. ProblemError `token`."""
        if bearer.scope is Scope.GUEST:
            return None
        device = await self._node.registered(bearer.subject)
        if device is None:
            raise ProblemError(Code.TOKEN)
        return device

    def _check_prefix(self, prefix: bytes | None) -> None:
        if self._open.prefix_is_full(prefix):
            raise ProblemError(Code.SLOW_DOWN, retry_after_s=PING_EVERY_S)

    @property
    def act(self) -> Act:
        """What acts on a frame (the connections' word for it)."""
        return self._frames.take

    def left(self, connection: Connection) -> None:
        """Take a device that reads no more off the switchboard."""
        task = asyncio.create_task(self._node.switchboard.stand_up(connection.seat))
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    def lost(self, connection: Connection) -> None:
        """Count a socket no longer."""
        self._open.leave(connection)

    def sweep(self, now: float, unix_now: int) -> None:
        """Close sockets whose tokens have ended; ping the others, each in its turn."""
        for connection in self._open:
            if connection.ends <= unix_now:
                connection.close(CloseCode.TOKEN)
            connection.check_pulse(now)

    def __len__(self) -> int:
        return len(self._open)

    async def drain(self) -> None:
        """Tell every socket to come back later, and wait until all are closed."""
        for connection in self._open:
            connection.close(CloseCode.DRAINING)
        while self._open or self._leaving:
            await asyncio.sleep(_LOOK_AGAIN_S)
            for connection in self._open:
                connection.check_pulse(self._node.clock.instant())


def _seat(bearer: Bearer, device: Registered | None, connection: Connection) -> Seat:
    device_id = DeviceId(bearer.subject)
    if device is None:
        return Seat(device_id, b"", "", connection)
    return Seat(device_id, device.account_key, device.username, connection)


def _accept_key(request: web.BaseRequest) -> str:
    """Return the proof that we understood an upgrade (RFC 6455 §4.2.2). ProblemError."""
    offered = request.headers.get(hdrs.SEC_WEBSOCKET_PROTOCOL, "")
    if SUBPROTOCOL not in {each.strip() for each in offered.split(",")}:
        raise ProblemError(Code.BAD_REQUEST)
    if not web.WebSocketResponse(protocols=(SUBPROTOCOL,)).can_prepare(request):
        raise ProblemError(Code.BAD_REQUEST)
    key = request.headers[hdrs.SEC_WEBSOCKET_KEY].encode()
    digest = hashlib.sha1(key + WS_KEY, usedforsecurity=False).digest()
    return b64encode(digest).decode()


def _hand_over(
    request: web.BaseRequest, transport: asyncio.Transport, connection: Connection, accept: str
) -> None:
    """Let a connection take aiohttp's place; what waits for it is written after the 101."""
    protocol = request.protocol
    if protocol.transport is None:
        connection.connection_lost(None)
        return
    head = (
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Accept: {accept}",
        f"Sec-WebSocket-Protocol: {SUBPROTOCOL}",
        "",
        "",
    )
    transport.write("\r\n".join(head).encode())
    transport.set_protocol(connection)
    protocol.transport = None  # else aiohttp would close it
    protocol.connection_lost(None)
    connection.resume_writing()
