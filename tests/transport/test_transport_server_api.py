"""ServerApi against a server that says anything."""

import asyncio
import socket
import ssl
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import msgspec
import pytest
from aiohttp import web

from tests.transport.crooked_server import CHALLENGE, CrookedServer
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.server_messages import Work
from whisp_desktop.transport import http_client
from whisp_desktop.transport.ice import IceServer
from whisp_desktop.transport.server_api import Login, Parameters, ServerApi, Token
from whisp_desktop.transport.server_errors import ServerRefusedError

PARAMETERS = {
    "version": 1,
    "hosts": ["whisp.example"],
    "bits": 20,
    "turn": True,
    "push": False,
    "limits": True,
}
TURN = {
    "urls": ["turn:r.example:3478?transport=udp", "turns:r.example"],
    "username": "1:x",
    "credential": "secret",
    "ttl": 600,
}
WORK = Work(bytes(41), bytes(64))
LOGIN = Login(bytes(41), bytes(64))
TOKEN = Token("abc.def.ghi", 900, 0.0)
Call = Callable[[ServerApi], Awaitable[object]]


@pytest.fixture
async def server() -> AsyncIterator[CrookedServer]:
    server = CrookedServer()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def api(server: CrookedServer) -> AsyncIterator[ServerApi]:
    api = ServerApi(server.url)
    yield api
    await api.close()


async def test_parameters(server: CrookedServer, api: ServerApi) -> None:
    server.rest = server.say(PARAMETERS)
    assert await api.parameters() == Parameters(
        version=1, hosts=("whisp.example",), bits=20, turn=True, push=False, limits=True
    )
    (request,) = server.requests
    assert (request.method, request.path, request.query_string) == ("GET", "/v1/parameters", "")


async def test_a_request_tells_nothing_of_this_computer(
    server: CrookedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "")

    async def set_cookie(_request: web.Request) -> web.Response:
        answer = web.json_response(CHALLENGE)
        answer.set_cookie("follow", "me")
        return answer

    server.rest = set_cookie
    api = ServerApi(f"localhost:{server.port}")
    await api.challenge()
    await api.challenge()
    await api.close()
    for request in server.requests:
        headers = {name.lower(): value for name, value in request.headers.items()}
        assert headers.pop("user-agent") == "Whisp"
        assert headers.pop("accept-encoding") == "identity"
        assert headers.keys() == {"host", "accept", "content-length", "content-type"}


async def test_a_challenge(server: CrookedServer, api: ServerApi) -> None:
    server.rest = server.say(CHALLENGE)
    assert await api.challenge() == bytes(40) + b"\x01"
    assert server.bodies == [b"{}"]


async def test_sign_up_sends_the_fields_of_the_page(server: CrookedServer, api: ServerApi) -> None:
    server.rest = server.say({"token": "a.b.c", "expires_in": 900}, 201)
    before = time.monotonic()
    token = await api.sign_up(b"card", b"cert", b"manifest", WORK, LOGIN)
    assert (token.text, token.life_s) == ("a.b.c", 900)
    assert before + 900 <= token.ends_at <= time.monotonic() + 900
    assert msgspec.json.decode(server.bodies[0]) == {
        "card": "Y2FyZA",
        "cert": "Y2VydA",
        "manifest": "bWFuaWZlc3Q",
        "work": {"challenge": "A" * 55, "solution": "A" * 86},
        "login": {"challenge": "A" * 55, "signature": "A" * 86},
    }


async def test_the_other_calls(server: CrookedServer, api: ServerApi) -> None:
    server.rest = server.say({"free": True})
    assert await api.name_free("alice", WORK)
    server.rest = server.say({"token": "t", "expires_in": 5, "username": "alice"}, 201)
    token, username = await api.renew_device(b"c", b"m", LOGIN)
    assert (token.text, username) == ("t", "alice")
    server.rest = server.say({"token": "t", "expires_in": 5})
    assert (await api.token(bytes(16), LOGIN)).text == "t"
    server.rest = server.say(TURN)
    assert await api.turn(TOKEN) == IceServer(
        ("turn:r.example:3478?transport=udp", "turns:r.example"), "1:x", "secret"
    )
    server.rest = server.say({"urls": [], "username": "", "credential": "", "ttl": 600})
    assert await api.turn(TOKEN) is None
    assert [(request.method, request.path) for request in server.requests] == [
        ("POST", "/v1/usernames"),
        ("PUT", "/v1/devices"),
        ("POST", "/v1/tokens"),
        ("POST", "/v1/turn"),
        ("POST", "/v1/turn"),
    ]
    assert server.requests[3].headers["Authorization"] == "Bearer abc.def.ghi"
    assert "Authorization" not in server.requests[2].headers


def test_tokens_and_credentials_do_not_show() -> None:
    assert "abc" not in repr(TOKEN)


WRONG_PARAMETERS: list[object] = [
    {**PARAMETERS, "more": 1},
    {name: value for name, value in PARAMETERS.items() if name != "push"},
    {**PARAMETERS, "version": "1"},
    {**PARAMETERS, "version": True},
    {**PARAMETERS, "hosts": []},
    {**PARAMETERS, "hosts": ["Whisp.Example"]},
    {**PARAMETERS, "hosts": ["h"] * 17},
    {**PARAMETERS, "bits": -1},
    {**PARAMETERS, "bits": 2.5},
    [],
    None,
]


@pytest.mark.parametrize("answer", WRONG_PARAMETERS)
async def test_wrong_parameters(server: CrookedServer, api: ServerApi, answer: object) -> None:
    server.rest = server.say(answer)
    await refused(api.parameters(), "server_wrong")


@pytest.mark.parametrize(
    "challenge",
    ["", "A" * 54, "A" * 56, "A" * 54 + "B", "A" * 54 + "=", "A" * 54 + "+", "é" * 55, 7],
)
async def test_wrong_challenges(server: CrookedServer, api: ServerApi, challenge: object) -> None:
    server.rest = server.say({"challenge": challenge})
    await refused(api.challenge(), "server_wrong")


@pytest.mark.parametrize(
    "answer",
    [
        {"token": "", "expires_in": 900},
        {"token": "a b", "expires_in": 900},
        {"token": "a\r\nX: y", "expires_in": 900},
        {"token": "a" * 4097, "expires_in": 900},
        {"token": "a", "expires_in": 0},
        {"token": "a", "expires_in": 10**6},
        {"token": "a"},
    ],
)
async def test_wrong_tokens(server: CrookedServer, api: ServerApi, answer: object) -> None:
    server.rest = server.say(answer)
    await refused(api.token(bytes(16), LOGIN), "server_wrong")


@pytest.mark.parametrize(
    "changed",
    [
        {"urls": ["https://r.example"]},
        {"urls": ["turn:r"] * 9},
        {"urls": "turn:r"},
        {"username": 1},
        {"credential": "x" * 513},
        {"ttl": 0},
    ],
)
async def test_wrong_relays(
    server: CrookedServer, api: ServerApi, changed: dict[str, object]
) -> None:
    server.rest = server.say(TURN | changed)
    await refused(api.turn(TOKEN), "server_wrong")


@pytest.mark.parametrize(
    ("body", "status", "media"),
    [
        (b"", 200, "application/json"),
        (b"{", 200, "application/json"),
        (b"\xff\xfe", 200, "application/json"),
        (b'{"free":true}{"free":true}', 200, "application/json"),
        (b"<html>", 200, "text/html"),
        (b'{"free":true}', 200, "text/plain"),
        (b'{"free":true}', 201, "application/json"),
        (b"", 204, "application/json"),
        (b"<html>", 404, "text/html"),
        (b'{"free":true}' + b" " * 17_000, 200, "application/json"),
        (b"{}", 400, "application/problem+json"),
        (b'{"code":"taken"}', 400, "application/problem+json"),
        (b'{"code":"made_up"}', 400, "application/problem+json"),
        (b"\xff", 409, "application/problem+json"),
    ],
)
async def test_answers_that_are_none(
    server: CrookedServer, api: ServerApi, body: bytes, status: int, media: str
) -> None:
    server.rest = server.say_raw(body, status, media)
    await refused(api.name_free("alice", WORK), "server_wrong")


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("bad_request", 400),
        ("bad_proof", 401),
        ("token", 401),
        ("forbidden", 403),
        ("not_found", 404),
        ("taken", 409),
        ("stale", 409),
        ("too_large", 413),
        ("slow_down", 429),
        ("closing", 503),
    ],
)
async def test_refusals_keep_their_code(
    server: CrookedServer, api: ServerApi, code: str, status: int
) -> None:
    problem = {"type": "about:blank", "title": "T", "status": status, "code": code}
    server.rest = server.say_raw(msgspec.json.encode(problem), status, "application/problem+json")
    error = await refused(api.name_free("alice", WORK), code)
    assert isinstance(error, ServerRefusedError)
    assert error.retry_after_s is None
    assert error.epoch is None


@pytest.mark.parametrize(
    ("header", "retry_after_s"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("999999999", 3600.0),
        ("9" * 400, 3600.0),
        ("-1", None),
        ("1e3", None),
        ("soon", None),
    ],
)
async def test_retry_after(
    server: CrookedServer, api: ServerApi, header: str, retry_after_s: float | None
) -> None:
    async def slow_down(_request: web.Request) -> web.Response:
        return web.Response(
            body=b'{"code":"slow_down"}',
            status=429,
            content_type="application/problem+json",
            headers={"Retry-After": header},
        )

    server.rest = slow_down
    error = await refused(api.challenge(), "slow_down")
    assert isinstance(error, ServerRefusedError)
    assert error.retry_after_s == retry_after_s


async def test_a_stale_epoch_is_named(server: CrookedServer, api: ServerApi) -> None:
    problem = b'{"code":"stale","epoch":7}'
    server.rest = server.say_raw(problem, 409, "application/problem+json")
    error = await refused(api.renew_device(b"", b"", LOGIN), "stale")
    assert isinstance(error, ServerRefusedError)
    assert error.epoch == 7


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_a_proxy_without_its_server(
    server: CrookedServer, api: ServerApi, status: int
) -> None:
    server.rest = server.say_raw(b"<html>", status, "text/html")
    await refused(api.challenge(), "server_unreachable")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_redirects_are_not_followed(
    server: CrookedServer, api: ServerApi, status: int
) -> None:
    async def redirect(_request: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": "/elsewhere"})

    server.rest = redirect
    await refused(api.challenge(), "server_wrong")
    assert len(server.requests) == 1


async def test_compressed_answers_are_not_read(server: CrookedServer, api: ServerApi) -> None:
    async def compressed(_request: web.Request) -> web.Response:
        answer = web.json_response(CHALLENGE)
        answer.enable_compression(web.ContentCoding.gzip)
        return answer

    server.rest = compressed
    await refused(api.challenge(), "server_wrong")


async def test_a_body_without_end_is_cut(server: CrookedServer, api: ServerApi) -> None:
    sent_bytes = 0

    async def pour(request: web.Request) -> web.StreamResponse:
        nonlocal sent_bytes
        answer = web.StreamResponse(headers={"Content-Type": "application/json"})
        await answer.prepare(request)
        try:
            while True:
                await answer.write(b" " * 1024)
                sent_bytes += 1024
        except ConnectionError:
            return answer

    server.rest = pour
    await refused(api.challenge(), "server_wrong")
    assert sent_bytes < 8 * 1024 * 1024


async def test_a_server_that_goes_in_the_middle_of_its_answer(
    server: CrookedServer, api: ServerApi
) -> None:
    async def break_off(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Length": "100"})
        await answer.prepare(request)
        await answer.write(b"{")
        assert request.transport is not None
        request.transport.close()
        return answer

    server.rest = break_off
    await refused(api.challenge(), "server_unreachable")


async def test_a_server_that_says_nothing(
    server: CrookedServer, api: ServerApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_client, "_REQUEST_S", 0.2)
    over = asyncio.Event()

    async def wait(_request: web.Request) -> web.Response:
        await over.wait()
        return web.json_response(CHALLENGE)

    server.rest = wait
    began = time.monotonic()
    await refused(api.challenge(), "server_unreachable")
    assert time.monotonic() - began < 5
    over.set()


async def test_nobody_listens(server: CrookedServer) -> None:
    url = server.url
    await server.stop()
    api = ServerApi(url)
    await refused(api.challenge(), "server_unreachable")
    await api.close()
    await server.start()


async def test_something_that_speaks_no_http() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"500 unknown command\r\n")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as mail:
        api = ServerApi(f"http://127.0.0.1:{mail.sockets[0].getsockname()[1]}")
        try:
            await refused(api.challenge(), "server_wrong")
        finally:
            await api.close()


@pytest.fixture
def untrusted(tmp_path: Path) -> ssl.SSLContext:
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-keyout", key, "-out", cert, "-subj", "/CN=localhost"),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context


async def test_a_certificate_that_nobody_vouches_for(untrusted: ssl.SSLContext) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = asyncio.create_task(asyncio.to_thread(shake_hands, listener, untrusted))
        api = ServerApi(f"https://localhost:{listener.getsockname()[1]}")
        try:
            await refused(api.challenge(), "server_untrusted")
        finally:
            await api.close()
        await serving


def shake_hands(listener: socket.socket, context: ssl.SSLContext) -> None:
    connection, _ = listener.accept()
    with connection, pytest.raises(ssl.SSLError):
        context.wrap_socket(connection, server_side=True)


async def test_a_name_that_does_not_exist() -> None:
    api = ServerApi("https://whisp.invalid")
    await refused(api.challenge(), "server_unreachable")
    await api.close()


async def test_it_can_be_closed_twice_and_used_again(server: CrookedServer, api: ServerApi) -> None:
    server.rest = server.say(CHALLENGE)
    await api.challenge()
    await api.close()
    await api.close()
    await api.challenge()


async def refused(call: Awaitable[object], code: str) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        await call
    assert caught.value.code == code
    assert caught.value.say.endswith(".")
    return caught.value
