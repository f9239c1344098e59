"""ServerLink against a server that misbehaves, goes away, and comes back."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

import msgspec
import pytest
from aiohttp import web

from tests.transport.crooked_server import CrookedServer, Socket
from tests.transport.waiting import until
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.server_messages import (
    ByName,
    Error,
    Found,
    FoundDevice,
    Knock,
    KnockOk,
    LookUpId,
    NewToken,
    Ok,
    Publish,
    Renew,
    Request,
    ServerFrame,
    Spent,
    Unreachable,
    decode_request,
    encode_answer,
)
from whisp_desktop.transport import server_link, server_socket
from whisp_desktop.transport.server_api import ServerApi, Token
from whisp_desktop.transport.server_errors import ServerRefusedError
from whisp_desktop.transport.server_link import ServerLink
from whisp_desktop.transport.server_socket import ServerSocket

PUBLISH = Publish(0, ByName.NOBODY, (), ())
LOOK_UP = LookUpId(0, bytes(16))
KNOCK = Knock(0, bytes(8), bytes(4096), None)
SPENT = Spent(bundle_id=b"bundleid")


class Listener:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.times_connected = 0
        self.pauses_s: list[float] = []
        self.ends: list[str] = []
        self.news: list[ServerFrame] = []

    def connected(self) -> None:
        self.times_connected += 1

    def lost(self, retry_in_s: float) -> None:
        self.pauses_s.append(retry_in_s)

    def ended(self, why: RefusedError) -> None:
        self.ends.append(why.code)

    def pushed(self, message: ServerFrame) -> None:
        self.news.append(message)


class Client:
    """A ServerLink that runs, with a token for each of its sockets."""

    def __init__(self, server: CrookedServer) -> None:
        self.api = ServerApi(server.url)
        self.listener = Listener()
        self.link = ServerLink(self.api, self.sign_in, self.listener)
        self.tokens_given = 0
        self.refusals: list[RefusedError] = []
        self.token_life_s = 900
        self.running: asyncio.Task[None] | None = None

    async def sign_in(self) -> Token:
        if self.refusals:
            raise self.refusals.pop(0)
        self.tokens_given += 1
        return Token.starting_now(f"token{self.tokens_given}", self.token_life_s)

    def start(self) -> None:
        self.running = asyncio.create_task(self.link.run())

    async def connect(self) -> None:
        self.start()
        await until(lambda: self.listener.times_connected == 1)

    async def stop(self) -> None:
        if self.running is not None:
            self.running.cancel()
            await asyncio.wait({self.running})
        await self.api.close()


@pytest.fixture
async def server() -> AsyncIterator[CrookedServer]:
    server = CrookedServer()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def client(server: CrookedServer) -> AsyncIterator[Client]:
    client = Client(server)
    yield client
    await client.stop()


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_link, "_SHORTEST_PAUSE_S", 0.02)
    monkeypatch.setattr(server_link, "_LONGEST_PAUSE_S", 0.1)


def answering(
    answer: Callable[[Request], bytes | None],
) -> Socket:
    """Return a socket's behaviour: an answer to each request, or none."""

    async def behave(socket: web.WebSocketResponse) -> None:
        async for message in socket:
            frame = answer(decode_request(message.data))
            if frame is not None:
                await socket.send_bytes(frame)

    return behave


async def test_it_connects_with_its_token_and_the_subprotocol(
    server: CrookedServer, client: Client
) -> None:
    await client.connect()
    (upgrade,) = server.upgrades
    assert upgrade.headers["Authorization"] == "Bearer token1"
    assert upgrade.headers["Sec-WebSocket-Protocol"] == "whisp.v1"
    assert "Sec-WebSocket-Extensions" not in upgrade.headers
    assert upgrade.headers["User-Agent"] == "Whisp"
    assert "Origin" not in upgrade.headers
    assert upgrade.query_string == ""
    assert client.link.token is not None
    assert client.link.token.text == "token1"


async def test_answers_find_their_questions_in_any_order(
    server: CrookedServer, client: Client
) -> None:
    asked: list[Request] = []

    async def backwards(socket: web.WebSocketResponse) -> None:
        async for message in socket:
            asked.append(decode_request(message.data))
            if len(asked) == 3:
                ok, unreachable, knocked = (request.seq for request in asked)
                await socket.send_bytes(encode_answer(KnockOk(knocked)))
                await socket.send_bytes(encode_answer(Unreachable(unreachable)))
                await socket.send_bytes(encode_answer(Ok(ok)))

    server.socket = backwards
    await client.connect()
    answers = await asyncio.gather(
        *(client.link.ask(request, 5) for request in (PUBLISH, LOOK_UP, KNOCK))
    )
    assert [type(answer) for answer in answers] == [Ok, Unreachable, KnockOk]
    assert [request.seq for request in asked] == [1, 2, 3]


async def test_forty_questions_at_once_are_asked_sixteen_at_a_time(
    server: CrookedServer, client: Client
) -> None:
    rounds: list[int] = []

    async def patiently(socket: web.WebSocketResponse) -> None:
        """Answer only when no more questions come."""
        while sum(rounds) < 40:
            waiting: list[int] = []
            with suppress(TimeoutError):
                while True:
                    message = await socket.receive(0.2)
                    waiting.append(decode_request(message.data).seq)
            rounds.append(len(waiting))
            for seq in waiting:
                await socket.send_bytes(encode_answer(Ok(seq)))

    server.socket = patiently
    await client.connect()
    answers = await asyncio.gather(*(client.link.ask(PUBLISH, 10) for _ in range(40)))
    assert sorted(answer.seq for answer in answers) == list(range(1, 41))
    assert rounds == [16, 16, 8]


async def test_an_answer_given_twice_counts_once() -> None:
    class Mute:
        async def send_bytes(self, _data: bytes) -> None:
            """Say nothing."""

    socket = ServerSocket(Mute(), lambda _news: None)  # type: ignore[arg-type]
    asking = asyncio.create_task(socket.ask(PUBLISH))
    await asyncio.sleep(0)
    for _ in range(2):
        socket._take(encode_answer(Ok(1)))
    assert await asking == Ok(1)


async def test_found_devices_come_whole(server: CrookedServer, client: Client) -> None:
    device = FoundDevice(bytes(252), bytes(1329))
    server.socket = answering(
        lambda request: encode_answer(Found(request.seq, (device,) * 4, b"m", b"s"))
    )
    await client.connect()
    answer = await client.link.ask(LOOK_UP, 5)
    assert isinstance(answer, Found)
    assert (answer.devices, answer.manifest, answer.statements) == ((device,) * 4, b"m", b"s")


async def test_an_error_is_refused_with_its_code(server: CrookedServer, client: Client) -> None:
    server.socket = answering(lambda request: encode_answer(Error(request.seq, "slow_down")))
    await client.connect()
    with pytest.raises(ServerRefusedError) as refused:
        await client.link.ask(PUBLISH, 5)
    assert refused.value.code == "slow_down"
    assert refused.value.say == "You asked too often. Try again in one minute."


async def test_an_error_with_a_code_that_is_none(server: CrookedServer, client: Client) -> None:
    server.socket = answering(lambda request: encode_answer(Error(request.seq, "<b>evil</b>")))
    await client.connect()
    with pytest.raises(RefusedError) as refused:
        await client.link.ask(PUBLISH, 5)
    assert refused.value.code == "server_wrong"


async def test_news_is_passed_on(server: CrookedServer, client: Client) -> None:
    async def tell(socket: web.WebSocketResponse) -> None:
        await socket.send_bytes(encode_answer(SPENT))
        await server.stay(socket)

    server.socket = tell
    await client.connect()
    await until(lambda: client.listener.news == [SPENT])


async def test_what_cannot_be_read_or_was_not_asked_for_is_passed_over(
    server: CrookedServer, client: Client
) -> None:
    async def babble(socket: web.WebSocketResponse) -> None:
        request = decode_request((await socket.receive()).data)
        for frame in (
            b"",
            b"\xff",
            bytes(32_768),
            msgspec.msgpack.encode([99, 0]),
            msgspec.msgpack.encode([64, request.seq, 1, 2, 3, 4]),
            msgspec.msgpack.encode([64, "1"]),
            msgspec.msgpack.encode([73, 0, b"short"]),
            encode_answer(Ok(0)),
            encode_answer(Ok(request.seq + 1)),
            encode_answer(KnockOk(request.seq)),
            encode_answer(Unreachable(request.seq)),
            encode_answer(Spent(seq=request.seq, bundle_id=bytes(8))),
            encode_answer(Error(0, "closing")),
        ):
            await socket.send_bytes(frame)
        await socket.send_str("text")
        await socket.send_bytes(encode_answer(Ok(request.seq)))
        await socket.send_bytes(encode_answer(Ok(request.seq)))
        await server.stay(socket)

    server.socket = babble
    await client.connect()
    assert await client.link.ask(PUBLISH, 5) == Ok(1)
    assert client.listener.news == []
    assert client.listener.pauses_s == []


async def test_a_frame_above_32_kib_closes(server: CrookedServer, client: Client) -> None:
    codes: list[int | None] = []

    async def shout(socket: web.WebSocketResponse) -> None:
        await socket.send_bytes(bytes(32_769))
        await server.stay(socket)
        codes.append(socket.close_code)

    server.socket = shout
    client.start()
    await until(lambda: len(client.listener.pauses_s) > 0)
    await until(lambda: codes[:1] == [1009])


async def test_silence_ends_in_unreachable(client: Client) -> None:
    await client.connect()
    began = time.monotonic()
    with pytest.raises(RefusedError) as refused:
        await client.link.ask(PUBLISH, 0.1)
    assert refused.value.code == "server_unreachable"
    assert time.monotonic() - began < 2
    assert client.listener.pauses_s == []


async def test_without_a_socket_a_question_is_refused_at_once(client: Client) -> None:
    with pytest.raises(RefusedError) as refused:
        await client.link.ask(PUBLISH, 60)
    assert refused.value.code == "server_unreachable"


async def test_questions_under_way_are_refused_when_the_socket_goes(
    server: CrookedServer, client: Client
) -> None:
    async def leave(socket: web.WebSocketResponse) -> None:
        await socket.receive()
        await socket.close(code=1012)

    server.socket = leave
    await client.connect()
    with pytest.raises(RefusedError) as refused:
        await asyncio.wait_for(client.link.ask(PUBLISH, 60), 5)
    assert refused.value.code == "server_unreachable"


@pytest.mark.parametrize("code", [1000, 1001, 1012, 4400, 4401, 4408, 4413, 4999])
async def test_it_comes_back_with_a_new_token(
    server: CrookedServer, client: Client, code: int
) -> None:
    async def leave_once(socket: web.WebSocketResponse) -> None:
        if len(server.upgrades) == 1:
            await socket.close(code=code)
        else:
            await server.stay(socket)

    server.socket = leave_once
    client.start()
    await until(lambda: client.listener.times_connected == 2)
    assert client.tokens_given == 2
    assert server.upgrades[1].headers["Authorization"] == "Bearer token2"
    assert len(client.listener.pauses_s) == 1
    assert 0 < client.listener.pauses_s[0] <= 0.1


@pytest.mark.parametrize(("code", "why"), [(4409, "replaced"), (4403, "revoked")])
async def test_it_does_not_fight_its_replacement_or_a_revocation(
    server: CrookedServer, client: Client, code: int, why: str
) -> None:
    async def end(socket: web.WebSocketResponse) -> None:
        await socket.close(code=code)

    server.socket = end
    client.start()
    assert client.running is not None
    await asyncio.wait_for(client.running, 5)
    assert client.listener.ends == [why]
    assert client.listener.pauses_s == []
    assert len(server.upgrades) == 1


async def test_too_fast_pauses_longer(
    server: CrookedServer, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_link, "_TOO_FAST_PAUSE_S", 0.3)

    async def end(socket: web.WebSocketResponse) -> None:
        await socket.close(code=4429)

    server.socket = end
    client.start()
    await until(lambda: client.listener.pauses_s == [0.3])


async def test_pauses_grow_with_jitter_to_a_bound(client: Client, server: CrookedServer) -> None:
    await server.stop()
    client.start()
    await until(lambda: len(client.listener.pauses_s) == 6)
    pauses_s = client.listener.pauses_s
    for pause_s, longest_s in zip(pauses_s, (0.02, 0.04, 0.08, 0.1, 0.1, 0.1), strict=True):
        assert longest_s / 2 <= pause_s <= longest_s
    assert len(set(pauses_s)) == 6
    await server.start()


async def test_a_server_that_starts_later_is_found(client: Client, server: CrookedServer) -> None:
    port = server.port
    await server.stop()
    client.start()
    await until(lambda: len(client.listener.pauses_s) > 1)
    await server.start(port)
    await until(lambda: client.listener.times_connected == 1)


async def test_a_named_pause_is_kept(client: Client) -> None:
    client.refusals = [ServerRefusedError("slow_down", retry_after_s=0.4)]
    await client.connect()
    assert client.listener.pauses_s == [0.4]


async def test_who_will_not_wait_tries_at_once(server: CrookedServer, client: Client) -> None:
    client.link.retry()
    server.refusal = (503, {"Retry-After": "60"})
    client.start()
    await until(lambda: client.listener.pauses_s == [60.0])
    client.link.retry()
    await until(lambda: client.listener.pauses_s == [60.0, 60.0])
    server.refusal = None
    client.link.retry()
    await until(lambda: client.listener.times_connected == 1)


async def test_a_refused_socket_with_a_named_pause(server: CrookedServer, client: Client) -> None:
    server.refusal = (429, {"Retry-After": "1"})
    client.start()
    await until(lambda: client.listener.pauses_s == [1.0])
    server.refusal = None
    await until(lambda: client.listener.times_connected == 1)
    assert client.tokens_given == 2


@pytest.mark.parametrize("status", [200, 301, 400, 401, 403, 404, 503])
async def test_a_refused_socket_is_tried_again(
    server: CrookedServer, client: Client, status: int
) -> None:
    server.refusal = (status, {"Location": "/v1/elsewhere"})
    client.start()
    await until(lambda: len(client.listener.pauses_s) == 2)
    assert server.requests == []
    server.refusal = None
    await until(lambda: client.listener.times_connected == 1)


@pytest.mark.parametrize("subprotocols", [(), ("whisp.v2",)])
async def test_another_subprotocol_is_no_server(
    server: CrookedServer, client: Client, subprotocols: tuple[str, ...]
) -> None:
    server.subprotocols = subprotocols
    client.start()
    await until(lambda: len(client.listener.pauses_s) == 2)
    assert client.listener.times_connected == 0


async def test_a_dead_server_is_noticed_by_its_silence(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_socket, "_SILENCE_S", 0.2)
    await client.connect()
    await until(lambda: len(client.listener.pauses_s) == 1)


async def test_pings_count_against_silence(
    server: CrookedServer, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_socket, "_SILENCE_S", 0.3)
    pinged = 0

    async def ping(socket: web.WebSocketResponse) -> None:
        nonlocal pinged
        while pinged < 7:
            pinged += 1
            await socket.ping()
            with pytest.raises(TimeoutError):
                await socket.receive(0.1)

    server.socket = ping
    await client.connect()
    await until(lambda: pinged == 7)
    assert client.listener.pauses_s == []


async def test_the_token_is_renewed_before_it_ends(server: CrookedServer, client: Client) -> None:
    renewed = 0

    def renew(request: Request) -> bytes | None:
        nonlocal renewed
        assert isinstance(request, Renew)
        renewed += 1
        if renewed == 1:
            return encode_answer(Error(request.seq, "slow_down"))
        return encode_answer(NewToken(request.seq, f"renewed{renewed}", 900))

    server.socket = answering(renew)
    client.token_life_s = 1
    client.start()
    await until(lambda: renewed == 2)
    token = client.link.token
    await until(lambda: client.link.token is not token or client.link.token.text == "renewed2")
    assert client.link.token is not None
    assert client.link.token.text == "renewed2"
    assert client.tokens_given == 1
    assert client.listener.pauses_s == []


async def test_close_lets_run_return(client: Client) -> None:
    await client.connect()
    client.link.close()
    assert client.running is not None
    await asyncio.wait_for(client.running, 5)
    client.link.close()
    assert client.listener.pauses_s == []


async def test_close_in_a_pause(client: Client, server: CrookedServer) -> None:
    server.refusal = (503, {"Retry-After": "60"})
    client.start()
    await until(lambda: client.listener.pauses_s == [60.0])
    client.link.close()
    assert client.running is not None
    await asyncio.wait_for(client.running, 1)


async def test_a_server_that_does_not_let_go_is_left_quickly(
    server: CrookedServer, client: Client
) -> None:
    over = asyncio.Event()

    async def hold(_socket: web.WebSocketResponse) -> None:
        await over.wait()

    server.socket = hold
    await client.connect()
    began = time.monotonic()
    await client.stop()
    assert time.monotonic() - began < 3
    over.set()
