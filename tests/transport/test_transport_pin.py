"""The pin of a server's TLS key, as its socket sees it, beside what openssl says."""

import ssl
import subprocess
from hashlib import sha256
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from whisp_desktop.transport.endpoint import all_gone
from whisp_desktop.transport.server_socket import ServerSocket


async def _serve(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    await socket.receive()
    return socket


async def _pin(server: ssl.SSLContext | None, client: ssl.SSLContext | bool) -> bytes | None:  # noqa: FBT001 -- as aiohttp has it
    application = web.Application()
    application.router.add_get("/", _serve)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=server)
    await site.start()
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(site.name, ssl=client) as socket,
        ):
            return ServerSocket(socket, lambda _: None).pin
    finally:
        await runner.cleanup()
        await all_gone(1.0)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Make a key and a certificate of 127.0.0.1, in one file."""
    file = tmp_path / "server.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(file), "-out", str(tmp_path / "certificate.pem")),
        ],
        check=True,
        capture_output=True,
    )
    file.write_text(file.read_text() + (tmp_path / "certificate.pem").read_text())
    return file


@pytest.fixture
def public_key(certificate: Path) -> bytes:
    """Return its SubjectPublicKeyInfo in DER."""
    return subprocess.run(
        ["openssl", "pkey", "-in", str(certificate), "-pubout", "-outform", "DER"],
        check=True,
        capture_output=True,
    ).stdout


async def test_the_pin_is_the_digest_of_the_public_key_in_use(
    certificate: Path, public_key: bytes
) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)
    client = ssl.create_default_context(cafile=str(certificate))
    assert await _pin(server, client) == sha256(public_key).digest()


async def test_a_server_without_tls_has_none() -> None:
    assert await _pin(None, client=False) is None
