"""A device's standing connection to its server: opened again when lost, its token renewed."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from secrets import SystemRandom
from typing import Protocol

import aiohttp

from whisp_desktop.log import get_log
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.server_messages import Error, NewToken, Renew, Request, ServerFrame
from whisp_desktop.transport import http_client
from whisp_desktop.transport.server_api import ServerApi, Token
from whisp_desktop.transport.server_errors import (
    ServerRefusedError,
    is_refusal,
    replaced,
    revoked,
    server_unreachable,
    server_wrong,
)
from whisp_desktop.transport.server_socket import ServerSocket

_log = get_log("transport")

_TOO_FAST = 4429
_FINAL = {
    4403: revoked,
    4409: replaced,
}
_SHORTEST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 60.0
_TOO_FAST_PAUSE_S = 10.0
_STEADY_S = 30.0
"""A connection that lived this long was a good one: the next pause is short again."""
_ANSWER_S = 10.0
_RENEW_MARGIN_S = 60.0


class ServerListener(Protocol):
    """Who is told of the connection; called on the loop, must return at once."""

    def connected(self) -> None:
        """Take note: the socket is open, and empty. Publish, announce and watch anew."""

    def lost(self, retry_in_s: float) -> None:
        """Take note: there is no socket. It is tried again after so many seconds."""

    def ended(self, why: RefusedError) -> None:
        """Take note: no socket will be tried again; it was replaced by another, or revoked."""

    def pushed(self, message: ServerFrame) -> None:
        """Take news: KNOCKED, ANSWERED, SPENT, SEEN, REVOKED, ENDED, and so on."""


class ServerLink:
    """Keeps one device's socket to one server."""

    def __init__(
        self, api: ServerApi, get_token: Callable[[], Awaitable[Token]], listener: ServerListener
    ) -> None:
        self.token: Token | None = None
        self._api = api
        self._get_token = get_token
        self._listener = listener
        self._socket: ServerSocket | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()

    async def run(self) -> None:
        """Stay connected until cancelled, closed, replaced or revoked."""
        self._keeping = asyncio.create_task(self._keep_connected())
        try:
            await asyncio.wait({self._keeping})
        finally:
            self._keeping.cancel()
            await asyncio.wait({self._keeping})
        if not self._keeping.cancelled():
            self._keeping.result()

    async def ask(self, request: Request, timeout_s: float) -> ServerFrame:
        """Send a request (its `seq` is replaced by ours) and return the answer of its row.

        RefusedError `server_unreachable`: no socket, or no answer in time; else the server's code.
        """
        socket = self._socket
        if socket is None:
            raise server_unreachable()
        try:
            async with asyncio.timeout(timeout_s):
                answer = await socket.ask(request)
        except TimeoutError:
            raise server_unreachable() from None
        if isinstance(answer, Error):
            raise ServerRefusedError(answer.code) if is_refusal(answer.code) else server_wrong()
        return answer

    @property
    def pin(self) -> bytes | None:
        """SHA-256 of the SubjectPublicKeyInfo of the server's TLS key; None: no socket, no TLS."""
        return self._socket.pin if self._socket else None

    def retry(self) -> None:
        """Try at once, where the next try is still waited for."""
        self._hurry.set()

    def close(self) -> None:
        """Let `run` return; the socket is closed on its way out."""
        if self._keeping is not None:
            self._keeping.cancel()

    async def _keep_connected(self) -> None:
        failures = 0
        while True:
            began = time.monotonic()
            pause_s = 0.0
            try:
                code = await self._stay(await self._get_token())
            except ServerRefusedError as refused:
                pause_s = refused.retry_after_s or 0.0
            except aiohttp.WSServerHandshakeError as refused:
                pause_s = http_client.asked_pause_s(refused)
            except (RefusedError, aiohttp.ClientError, OSError):
                _log.info("the server was not reached")
            else:
                if code in _FINAL:
                    self._listener.ended(_FINAL[code]())
                    return
                pause_s = _TOO_FAST_PAUSE_S if code == _TOO_FAST else 0.0
            if time.monotonic() - began > _STEADY_S:
                failures = 0
            pause_s = max(pause_s, _backoff_s(failures))
            failures += 1
            self._hurry.clear()
            self._listener.lost(pause_s)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await self._hurry.wait()

    async def _stay(self, token: Token) -> int:
        """Open the socket and keep it; return the code with which it closed."""
        self.token = token
        socket = ServerSocket(await self._api.open_socket(token), self._listener.pushed)
        renewing = asyncio.create_task(self._keep_token(socket, token))
        self._socket = socket
        self._listener.connected()
        try:
            return await socket.read()
        finally:
            self._socket = None
            renewing.cancel()
            await asyncio.wait({renewing})
            await socket.close()

    async def _keep_token(self, socket: ServerSocket, token: Token) -> None:
        """Get a new token before the old one ends, which would close the socket (4401)."""
        while True:
            left_s = token.ends_at - time.monotonic() - min(_RENEW_MARGIN_S, token.life_s / 4)
            await asyncio.sleep(max(left_s, _SHORTEST_PAUSE_S))
            try:
                async with asyncio.timeout(_ANSWER_S):
                    answer = await socket.ask(Renew(0))
            except (RefusedError, TimeoutError):
                continue
            if isinstance(answer, NewToken) and answer.expires_in > 0:
                token = self.token = Token.starting_now(answer.token, answer.expires_in)


def _backoff_s(failures: int) -> float:
    """Return half to all of 1, 2, 4 … 60 s: clients of one server must not return at once."""
    longest_s = min(_LONGEST_PAUSE_S, _SHORTEST_PAUSE_S * 2 ** min(failures, 10))
    return SystemRandom().uniform(longest_s / 2, longest_s)
