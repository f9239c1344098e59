"""Connections that ask for nothing, or too slowly, and how many of them one peer holds."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from server_caller import PATIENCE_S, wait_until
from server_here import server_here

from whisp_desktop.server import running, web_server
from whisp_desktop.server.doorway import peer_prefix
from whisp_desktop.server.occupancy import Occupancy
from whisp_desktop.server.web_server import Answer, PrefixOf, WebServer

MOST_OF_A_PREFIX = 256

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def say_yes(_: web.BaseRequest) -> web.StreamResponse:
    return web.Response(status=204)


class Listening:
    """A server that says yes, on a free port."""

    def __init__(self, server: WebServer, port: int) -> None:
        self.server = server
        self.port = port

    async def connect(self) -> Line:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def is_served(self, line: Line) -> bool:
        """Ask for something; tell whether there is an answer."""
        reader, writer = line
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        async with asyncio.timeout(PATIENCE_S):
            try:
                return (await reader.readline()).startswith(b"HTTP/1.1 204")
            except ConnectionError:
                return False


@asynccontextmanager
async def listening(
    prefix_of: PrefixOf = lambda _: None, answer: Answer = say_yes
) -> AsyncIterator[Listening]:
    server = WebServer(answer, prefix_of)
    runner = web.ServerRunner(server)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield Listening(server, runner.addresses[0][1])
    await runner.cleanup()


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: a\r\n", b"\r\n\r\n"])
async def test_who_sends_no_whole_head_in_time_is_closed(
    monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(web_server, "_HEAD_WITHIN_S", 0.2)
    async with listening() as here:
        reader, writer = await here.connect()
        writer.write(sent)
        async with asyncio.timeout(PATIENCE_S):
            assert await reader.read() == b""
        await wait_until(lambda: not len(here.server._open))
        writer.close()


async def test_a_body_that_nobody_wants_is_not_waited_for_long() -> None:
    async with listening() as here:
        reader, writer = await here.connect()
        writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n")
        async with asyncio.timeout(PATIENCE_S / 2):
            assert (await reader.read()).startswith(b"HTTP/1.1 204")
        writer.close()


@pytest.mark.parametrize("goes", ["while his body is read", "before it is looked at"])
async def test_who_goes_is_no_fault_of_ours(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, goes: str
) -> None:
    begun = asyncio.Event()

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        begun.set()
        if goes == "before it is looked at":
            request.protocol._current_request = None  # as if the task had not begun
            await wait_until(lambda: request.transport is None)
        return await inner.rest.answer(request)

    async with server_here(tmp_path) as inner, listening(answer=answer) as here:
        _, writer = await here.connect()
        head = ("POST /v1/tokens HTTP/1.1", f"Host: {inner.caller.host}", "Content-Length: 9")
        writer.write("\r\n".join((*head, "Content-Type: application/json", "", "{")).encode())
        await begun.wait()
        writer.transport.abort()
        await wait_until(lambda: not here.server.connections)
    assert not caplog.messages


async def test_who_begins_tls_and_does_not_go_on_is_closed(
    monkeypatch: pytest.MonkeyPatch, certificate: tuple[Path, Path]
) -> None:
    monkeypatch.setattr(running, "_TLS_WITHIN_S", 0.2)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(*certificate)
    listening_socket = socket.create_server(("127.0.0.1", 0))
    listener = await running.listen(WebServer(say_yes), listening_socket, tls)
    reader, writer = await asyncio.open_connection(*listening_socket.getsockname())
    async with asyncio.timeout(PATIENCE_S):
        assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()
    listener.close()
    await listener.wait_closed()


async def test_who_asks_on_and_on_and_reads_nothing_is_closed() -> None:
    async with listening() as here:
        _, writer = await here.connect()
        writer.transport.pause_reading()
        hundred_requests = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 100
        await wait_until(lambda: len(here.server._open))
        async with asyncio.timeout(3 * PATIENCE_S):
            while len(here.server._open):
                if writer.transport.get_write_buffer_size() < len(hundred_requests):
                    writer.write(hundred_requests)
                await asyncio.sleep(0)
        writer.transport.abort()


async def test_256_connections_of_a_prefix() -> None:
    async with listening(lambda peer: peer.encode()) as here:
        lines = [await here.connect() for _ in range(MOST_OF_A_PREFIX)]
        assert await here.is_served(lines[-1])
        refused = await here.connect()
        assert not await here.is_served(refused)
        refused[1].close()
        lines.pop()[1].close()
        await wait_until(lambda: len(here.server._open) < MOST_OF_A_PREFIX)
        lines.append(await here.connect())
        assert await here.is_served(lines[-1])
        for _, writer in lines:
            writer.close()


async def test_who_has_no_prefix_holds_more() -> None:
    async with listening() as here:
        lines = [await here.connect() for _ in range(MOST_OF_A_PREFIX + 1)]
        assert await here.is_served(lines[-1])
        for _, writer in lines:
            writer.close()


async def test_no_more_connections_than_there_is_room_for() -> None:
    async with listening() as here:
        assert here.server._open.most == 20_000
        here.server._open.most = 1
        first = await here.connect()
        assert await here.is_served(first)
        refused = await here.connect()
        assert not await here.is_served(refused)
        for _, writer in (first, refused):
            writer.close()


@pytest.mark.parametrize(
    ("peer", "settings"),
    [
        ("203.0.113.1", {"limits": "off"}),
        ("203.0.113.1", {"trusted_proxies": "203.0.113.0/24"}),
        ("::ffff:203.0.113.1", {"trusted_proxies": "203.0.113.0/24"}),
        ("127.0.0.1", {}),
        ("", {}),
    ],
)
async def test_whose_connections_are_not_counted(
    tmp_path: Path, peer: str, settings: dict[str, Any]
) -> None:
    async with server_here(tmp_path, **settings) as here:
        assert peer_prefix(here.node, peer) is None


async def test_whose_connections_are_counted_together(tmp_path: Path) -> None:
    async with server_here(tmp_path, trusted_proxies="203.0.114.0/24") as here:
        prefix = peer_prefix(here.node, "203.0.113.1")
        assert prefix is not None
        assert prefix == peer_prefix(here.node, "::ffff:203.0.113.1")
        assert prefix != peer_prefix(here.node, "203.0.113.2")


def test_who_left_takes_no_room() -> None:
    occupancy: Occupancy[int] = Occupancy(3, 2)
    for holder in (1, 2):
        occupancy.enter(holder, b"one")
    assert occupancy.prefix_is_full(b"one")
    assert not occupancy.prefix_is_full(b"other")
    assert not occupancy.is_full
    occupancy.enter(3, None)
    assert occupancy.is_full
    occupancy.leave(1)
    assert not occupancy.prefix_is_full(b"one")
    assert not occupancy.is_full
    assert list(occupancy) == [2, 3]
