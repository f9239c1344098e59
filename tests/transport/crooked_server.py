"""A server on loopback that answers just what a test tells it to."""

from collections.abc import Awaitable, Callable

from aiohttp import WSCloseCode, web

Rest = Callable[[web.Request], Awaitable[web.StreamResponse]]
Socket = Callable[[web.WebSocketResponse], Awaitable[None]]
CHALLENGE = {"challenge": "A" * 54 + "E"}


class CrookedServer:
    """`rest` answers every request but those for the socket; `socket` has each open socket.

    `refusal` (status, headers) is what a request for a socket gets instead of one.
    """

    def __init__(self) -> None:
        self.rest: Rest = self.say({})
        self.socket: Socket = self.stay
        self.refusal: tuple[int, dict[str, str]] | None = None
        self.subprotocols: tuple[str, ...] = ("whisp.v1",)
        self.requests: list[web.Request] = []
        self.bodies: list[bytes] = []
        self.upgrades: list[web.Request] = []
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def start(self, port: int = 0) -> None:
        """Listen on loopback, on a free port if none is given."""
        app = web.Application()
        app.router.add_get("/v1/socket", self._take_socket)
        app.router.add_route("*", "/{path:.*}", self._take_request)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.url = f"http://127.0.0.1:{self.port}"

    @property
    def port(self) -> int:
        """The port it listens on."""
        assert self._runner is not None
        port: int = self._runner.addresses[0][1]
        return port

    async def stop(self) -> None:
        """Close everything."""
        assert self._runner is not None
        await self._runner.cleanup()

    @staticmethod
    def say(answer: object, status: int = 200, **headers: str) -> Rest:
        """Answer every request with this JSON."""

        async def say(_request: web.Request) -> web.Response:
            return web.json_response(answer, status=status, headers=headers)

        return say

    @staticmethod
    def say_raw(body: bytes, status: int = 200, media: str = "application/json") -> Rest:
        """Answer every request with these bytes."""

        async def say(_request: web.Request) -> web.Response:
            return web.Response(body=body, status=status, content_type=media)

        return say

    @staticmethod
    async def stay(socket: web.WebSocketResponse) -> None:
        """Read and say nothing, until the client goes."""
        async for _ in socket:
            pass

    async def _take_request(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        self.bodies.append(await request.read())
        return await self.rest(request)

    async def _take_socket(self, request: web.Request) -> web.StreamResponse:
        self.upgrades.append(request)
        if self.refusal is not None:
            status, headers = self.refusal
            return web.Response(status=status, headers=headers)
        socket = web.WebSocketResponse(protocols=self.subprotocols, compress=False)
        await socket.prepare(request)
        await self.socket(socket)
        if not socket.closed:
            await socket.close(code=WSCloseCode.OK)
        return socket
