"""aiohttp's server, but what it refuses by itself is a problem document, and it unpacks nothing.

A connection that sends no whole request in time is closed; nobody holds too many.
"""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final

from aiohttp import web

from whisp_desktop.log import get_log
from whisp_desktop.server.limits import MOST_SOCKETS, MOST_SOCKETS_OF_A_PREFIX
from whisp_desktop.server.occupancy import Occupancy
from whisp_desktop.server.problems import Code, ProblemError
from whisp_desktop.server.responses import problem_response

_HEAD_WITHIN_S: Final = 30
_REST_OF_BODY_WITHIN_S: Final = 2

Answer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
PrefixOf = Callable[[str], bytes | None]

log = get_log("server")


class WebServer(web.Server):
    """Speaks HTTP on every connection of one port.

    prefix_of -- names the network prefix of a peer's address; who has none (None) may hold as many
    connections as there is room for
    """

    def __init__(self, answer: Answer, prefix_of: PrefixOf = lambda _: None) -> None:
        super().__init__(
            answer,
            access_log=None,
            auto_decompress=False,
            keepalive_timeout=_HEAD_WITHIN_S,
            lingering_time=_REST_OF_BODY_WITHIN_S,
        )
        self._prefix_of = prefix_of
        self._open: Occupancy[web.RequestHandler] = Occupancy(
            MOST_SOCKETS, MOST_SOCKETS_OF_A_PREFIX
        )

    def __call__(self) -> web.RequestHandler:
        """Return the protocol of one connection (asyncio)."""
        return _Protocol(self, loop=self._loop, **self._kwargs)

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        """Take in a connection, or close it at once if there are too many (aiohttp)."""
        super().connection_made(handler, transport)
        peer = transport.get_extra_info("peername")
        prefix = self._prefix_of(peer[0] if peer else "")
        if self._open.is_full or self._open.prefix_is_full(prefix):
            self._loop.call_soon(transport.abort)  # aiohttp's task has to begin before
        self._open.enter(handler, prefix)

    def connection_lost(
        self, handler: web.RequestHandler, exc: BaseException | None = None
    ) -> None:
        """Let a connection go (aiohttp)."""
        super().connection_lost(handler, exc)
        self._open.leave(handler)


class _Protocol(web.RequestHandler):
    __slots__ = ()

    def pause_writing(self) -> None:
        """Let go of who asks on and on and never reads an answer (asyncio)."""
        super().pause_writing()
        if self.transport is not None:
            self.transport.abort()

    def handle_error(
        self,
        request: web.BaseRequest,  # noqa: ARG002 -- aiohttp's signature
        status: int = HTTPStatus.INTERNAL_SERVER_ERROR,
        exc: BaseException | None = None,  # noqa: ARG002 -- aiohttp's signature
        message: str | None = None,  # noqa: ARG002 -- aiohttp's signature
    ) -> web.StreamResponse:
        """Answer what is no HTTP, or what our own code failed at; log nobody's address."""
        if status < HTTPStatus.INTERNAL_SERVER_ERROR:
            code = Code.BAD_REQUEST
        else:
            code = Code.CLOSING
            log.error("A request could not be answered.")
        response = problem_response(ProblemError(code), {})
        response.force_close()
        return response
