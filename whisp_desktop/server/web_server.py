"""aiohttp's server, but what it refuses by itself is a problem document, and it unpacks nothing."""

from http import HTTPStatus

from aiohttp import web

from whisp_desktop.log import get_log
from whisp_desktop.server.problems import Code, ProblemError
from whisp_desktop.server.responses import problem_response

log = get_log("server")


class WebServer(web.Server):
    """Speaks HTTP on every connection of one port."""

    def __call__(self) -> web.RequestHandler:
        """Return the protocol of one connection (asyncio)."""
        return _Protocol(self, loop=self._loop, auto_decompress=False, **self._kwargs)


class _Protocol(web.RequestHandler):
    __slots__ = ()

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
