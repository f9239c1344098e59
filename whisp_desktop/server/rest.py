"""HTTP: the table of calls, the order of the checks, and problem documents."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import ClientPayloadError, StreamReader, hdrs, web
from aiohttp.http_exceptions import HttpProcessingError
from sqlalchemy.exc import SQLAlchemyError

from whisp_desktop.log import get_log
from whisp_desktop.server import bodies, calls
from whisp_desktop.server.calls import Asker, Reply
from whisp_desktop.server.doorway import (
    asker_prefix,
    check_host_and_origin,
    preflight_headers,
    read_bearer,
)
from whisp_desktop.server.limits import Limit, Rate
from whisp_desktop.server.metrics import Metrics
from whisp_desktop.server.node import Node
from whisp_desktop.server.problems import Code, ProblemError
from whisp_desktop.server.records import Registered
from whisp_desktop.server.responses import json_response, problem_response
from whisp_desktop.server.sockets import Sockets
from whisp_desktop.server.tokens import Scope

MOST_BODY_BYTES: Final = 16 * 1024
_BODY_TIMEOUT_S: Final = 10
_SOCKET_PATH: Final = "/v1/socket"

log = get_log("server")


@dataclass(frozen=True, slots=True)
class _Call:
    """One row of the table: the body it takes, whether it needs a device, and its limit."""

    act: Callable[[Node, Asker, Any], Awaitable[Reply]]
    body: type[bodies.Body]
    needs_device: bool = False
    limit: Rate | None = None


_CALLS: Final = {
    ("POST", "/v1/challenges"): (_Call(calls.make_challenge, bodies.Nothing),),
    ("POST", "/v1/usernames"): (_Call(calls.check_name, bodies.NameCheck),),
    ("POST", "/v1/accounts"): (_Call(calls.sign_up, bodies.SignUp),),
    ("PUT", "/v1/accounts"): (_Call(calls.put_card, bodies.NewCard, needs_device=True),),
    ("PUT", "/v1/devices"): (_Call(calls.put_device, bodies.NewDevice),),
    ("POST", "/v1/revocations"): (_Call(calls.revoke, bodies.NewRevocations),),
    ("POST", "/v1/tokens"): (
        _Call(calls.log_in, bodies.DeviceLogin),
        _Call(calls.let_guest_in, bodies.GuestLogin),
    ),
    ("POST", "/v1/directory"): (_Call(calls.list_names, bodies.ListQuestion, needs_device=True),),
    ("POST", "/v1/turn"): (_Call(calls.turn, bodies.Nothing, needs_device=True, limit=Limit.TURN),),
}
_READERS: Final = {key: bodies.BodyReader(*(c.body for c in row)) for key, row in _CALLS.items()}


class Rest:
    """Answers every HTTP request of one node, and hands upgrades on to the sockets."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._sockets = Sockets(node)
        self.metrics = Metrics(lambda: len(self._sockets))

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Return the response; whatever is refused is a problem document."""
        response = await self._answer(request)
        self.metrics.calls[response.status] += 1
        return response

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        cors: Mapping[str, str] = {}
        try:
            cors = check_host_and_origin(self._node, request)
            if request.method == hdrs.METH_OPTIONS:
                return json_response(204, None, preflight_headers(request, cors))
            if request.path == _SOCKET_PATH and request.method == hdrs.METH_GET:
                await self._sockets.upgrade(request)
                return web.Response(status=101)
            reply = await self._reply(request)
        except ProblemError as problem:
            return problem_response(problem, cors)
        except SQLAlchemyError:
            log.warning("The database did not answer.")
            return problem_response(ProblemError(Code.CLOSING), cors)
        return json_response(reply.status, reply.fields, cors)

    def sweep(self, now: float, unix_now: int) -> None:
        """Look after the open sockets, once a second."""
        self._sockets.sweep(now, unix_now)

    async def drain(self) -> None:
        """Tell every socket to come back later, and wait until all are closed."""
        await self._sockets.drain()

    async def _reply(self, request: web.BaseRequest) -> Reply:
        key = (request.method, request.path)
        asker = Asker(asker_prefix(self._node, request))
        if asker.prefix is not None:
            self._node.take(Limit.REST, asker.prefix)
        if request.method == hdrs.METH_GET:
            return await self._get(request.path, asker)
        row = _CALLS.get(key)
        if row is None:
            raise ProblemError(Code.NOT_FOUND)
        body = _READERS[key].read(await _read_body(request))
        call = next(each for each in row if isinstance(body, each.body))
        if call.needs_device:
            device = await self._device(request)
            asker = Asker(asker.prefix, device)
            if call.limit is not None:
                self._node.take(call.limit, device.device_id)
        return await call.act(self._node, asker, body)

    async def _get(self, path: str, asker: Asker) -> Reply:
        if path == "/v1/health":
            return Reply(204)
        if path == "/v1/ready":
            if self._node.draining:
                raise ProblemError(Code.CLOSING)
            await self._node.directory.answers()
            return Reply(204)
        if path == "/v1/parameters":
            return await calls.parameters(self._node, asker)
        raise ProblemError(Code.NOT_FOUND)

    async def _device(self, request: web.BaseRequest) -> Registered:
        bearer = read_bearer(self._node, request)
        if bearer.scope is Scope.GUEST:
            raise ProblemError(Code.FORBIDDEN)
        device = await self._node.registered(bearer.subject)
        if device is None:
            raise ProblemError(Code.TOKEN)
        return device


async def _read_body(request: web.BaseRequest) -> bytes:
    if request.transport is None or request.content_type != "application/json":
        raise ProblemError(Code.BAD_REQUEST)
    if (request.content_length or 0) > MOST_BODY_BYTES:
        raise ProblemError(Code.TOO_LARGE)
    data = await _read_at_most(request.content, MOST_BODY_BYTES + 1)
    if len(data) > MOST_BODY_BYTES:
        raise ProblemError(Code.TOO_LARGE)
    return data


async def _read_at_most(content: StreamReader, size_bytes: int) -> bytes:
    try:
        if content.is_eof():
            return content.read_nowait(size_bytes)
        async with asyncio.timeout(_BODY_TIMEOUT_S):
            return await content.readexactly(size_bytes)
    except asyncio.IncompleteReadError as whole:
        return whole.partial
    except (TimeoutError, ConnectionError, ClientPayloadError, HttpProcessingError):
        raise ProblemError(Code.BAD_REQUEST) from None
