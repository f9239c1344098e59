"""A server's life: it binds, opens its directory, says that it is ready, and drains."""

import asyncio
import gc
import signal
import socket
import ssl
import sys
import time
from collections.abc import Awaitable, Coroutine
from functools import partial
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError

from whisp_desktop.log import get_log
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.server.clock import Clock
from whisp_desktop.server.directory import Directory
from whisp_desktop.server.doorway import peer_prefix
from whisp_desktop.server.node import Node
from whisp_desktop.server.rest import Rest
from whisp_desktop.server.settings import Settings
from whisp_desktop.server.web_server import WebServer

_BACKLOG: Final = 1024
_TLS_WITHIN_S: Final = 10
_NEW_OBJECTS_A_ROUND: Final = 20_000
_SWEEP_EVERY_S: Final = 1
_SWEEPS_A_MINUTE: Final = 60
_NIGHT_S: Final = 24 * 3600
_DRAIN_TIMEOUT_S: Final = 7
_SHUTDOWN_TIMEOUT_S: Final = 1
_CLOSE_TIMEOUT_S: Final = 1

log = get_log("server")


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. RefusedError if the server cannot start."""
    listening = _bind(settings.bind, settings.port, "BIND and PORT")
    port = listening.getsockname()[1]
    hosts = settings.public_hosts or (f"127.0.0.1:{port}", f"localhost:{port}")
    directory = await Directory.open(settings.database_url)
    loop = asyncio.get_running_loop()
    clock = Clock(unix=lambda: int(time.time()), instant=loop.time)
    node = Node(settings, hosts, directory, clock, loop)
    rest = Rest(node)
    servers = [WebServer(rest.answer, partial(peer_prefix, node))]
    listeners = [await listen(servers[0], listening, _tls(settings))]
    if settings.metrics_bind:
        host, _, metrics_port = settings.metrics_bind.rpartition(":")
        metrics = _bind(host.strip("[]"), int(metrics_port), "METRICS_BIND")
        servers.append(WebServer(rest.metrics.answer))
        listeners.append(await listen(servers[1], metrics, None))
    told = asyncio.Event()
    _listen_for_the_end(told)
    chores = asyncio.gather(_sweep(node, rest, told), _clean_nightly(node, told))
    _spare_the_collector()
    scheme = "http" if settings.tls_cert is None else "https"
    host = f"[{settings.bind}]" if ":" in settings.bind else settings.bind
    sys.stdout.write(f"whisp-server listening on {scheme}://{host}:{port}\n")
    sys.stdout.flush()

    await told.wait()
    node.draining = True
    for listener in listeners:
        listener.close()
    await _at_most(_DRAIN_TIMEOUT_S, rest.drain())
    for server in servers:
        server.pre_shutdown()
        await server.shutdown(_SHUTDOWN_TIMEOUT_S)
    await _at_most(_CLOSE_TIMEOUT_S, _close(chores, directory))


async def listen(
    server: WebServer, listening: socket.socket, tls: ssl.SSLContext | None
) -> asyncio.Server:
    """Serve whoever connects; who begins TLS and does not go on is closed."""
    within_s = None if tls is None else _TLS_WITHIN_S
    return await asyncio.get_running_loop().create_server(
        server, sock=listening, ssl=tls, backlog=_BACKLOG, ssl_handshake_timeout=within_s
    )


def _spare_the_collector() -> None:
    """Keep what is there for good out of the garbage collector's rounds, and make them rarer."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS_A_ROUND)


def _listen_for_the_end(told: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(name, told.set)
        except NotImplementedError:  # Windows
            signal.signal(name, lambda *_: loop.call_soon_threadsafe(told.set))


async def _at_most(timeout_s: float, closing: Coroutine[Any, Any, None]) -> None:
    try:
        async with asyncio.timeout(timeout_s):
            await closing
    except TimeoutError:
        log.warning("The server did not close all in time.")


async def _close(chores: Awaitable[Any], directory: Directory) -> None:
    await chores
    await directory.close()


def _bind(host: str, port: int, named: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError:
        sentence = f"{named} cannot be had. Another program may use them; choose others."
        raise RefusedError("port_taken", sentence) from None


def _tls(settings: Settings) -> ssl.SSLContext | None:
    if settings.tls_cert is None or settings.tls_key is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(settings.tls_cert, settings.tls_key)
    except (OSError, ssl.SSLError):
        sentence = "TLS_CERT and TLS_KEY cannot be used. Check the files, and that they match."
        raise RefusedError("tls", sentence) from None
    return context


async def _told_within(told: asyncio.Event, timeout_s: float) -> bool:
    """Wait; tell whether the server is to end."""
    try:
        async with asyncio.timeout(timeout_s):
            return await told.wait()
    except TimeoutError:
        return False


async def _sweep(node: Node, rest: Rest, told: asyncio.Event) -> None:
    """Let go, every second, of what has run out."""
    sweeps = 0
    while not await _told_within(told, _SWEEP_EVERY_S):
        now, unix_now = node.clock.instant(), node.clock.unix()
        await node.switchboard.expire(now, unix_now)
        rest.sweep(now, unix_now)
        sweeps += 1
        if sweeps % _SWEEPS_A_MINUTE == 0:
            node.buckets.forget_full(now)


async def _clean_nightly(node: Node, told: asyncio.Event) -> None:
    """Drop dead accounts at the start, and every night."""
    is_over = False
    while not is_over:
        try:
            await node.directory.forget_dead(node.clock.unix())
        except SQLAlchemyError:
            log.warning("The nightly cleaning failed.")
        is_over = await _told_within(told, _NIGHT_S)
