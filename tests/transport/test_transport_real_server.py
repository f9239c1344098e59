"""ServerApi and ServerLink against `whisp-server` itself, in a process of its own."""

import asyncio
import os
import secrets
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.transport.waiting import until
from whisp_desktop.protocol.certificates import (
    CERT_LIFE_S,
    Card,
    CertFlags,
    DeviceCert,
    Manifest,
    day,
    login_signature,
)
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.kdf import sha256
from whisp_desktop.protocol.keys import DeviceKeys, SigningKey
from whisp_desktop.protocol.prekeys import PrivateBundle
from whisp_desktop.protocol.proof_of_work import Challenge, solve
from whisp_desktop.protocol.server_messages import (
    ByName,
    Found,
    Knock,
    Knocked,
    KnockOk,
    LookUpName,
    NewToken,
    Ok,
    Publish,
    Renew,
    ServerFrame,
    Spent,
    Unreachable,
    Work,
)
from whisp_desktop.transport.server_api import Login, ServerApi, Token
from whisp_desktop.transport.server_link import ServerLink

READY = "whisp-server listening on "


class WhispServer:
    """The real server on loopback, its directory in a folder of the test."""

    def __init__(self, folder: Path) -> None:
        self._environment = {
            **{name: value for name, value in os.environ.items() if name in {"PATH", "HOME"}},
            "WHISP_ENV": "development",
            "DATABASE_URL": f"sqlite:///{folder / 'directory.sqlite3'}",
            "JWT_SECRET": "j" * 32,
            "SERVER_SECRET": "s" * 32,
            "TURN_URLS": "turn:127.0.0.1:3478?transport=udp",
            "TURN_SECRET": "t" * 32,
            "POW_BITS": "3",
            "LIMITS": "off",
            "PORT": "0",
        }
        self.url = ""
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "whisp_desktop.server.main"),
            env=self._environment,
            stdout=asyncio.subprocess.PIPE,
        )
        assert self._process.stdout is not None
        line = await asyncio.wait_for(self._process.stdout.readline(), 30)
        self.url = line.decode().removeprefix(READY).strip()
        self._environment["PORT"] = self.url.rpartition(":")[2]

    async def stop(self) -> int:
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self._process.wait(), 15)


class Person:
    """An account of one device, and what its socket hears."""

    def __init__(self, url: str, name: str) -> None:
        self.name = name
        self.api = ServerApi(url)
        self.link = ServerLink(self.api, self.sign_in, self)
        self.account = SigningKey.generate(secrets.token_bytes)
        self.device = DeviceKeys.generate(secrets.token_bytes)
        issued = day(int(time.time()))
        self.cert = DeviceCert.issue(
            self.account,
            self.device,
            issued=issued,
            expires=issued + CERT_LIFE_S,
            epoch=1,
            flags=CertFlags.CAN_REVOKE | CertFlags.HOLDS_AK,
        )
        self.manifest = Manifest.issue(self.account, [self.cert], epoch=1, issued=issued)
        self.card = Card.issue(self.account, issued=issued, username=name, hosts=(self.api.host,))
        self.times_connected = 0
        self.pauses_s: list[float] = []
        self.ends: list[str] = []
        self.news: list[ServerFrame] = []
        self._running: asyncio.Task[None] | None = None

    def connected(self) -> None:
        self.times_connected += 1

    def lost(self, retry_in_s: float) -> None:
        self.pauses_s.append(retry_in_s)

    def ended(self, why: RefusedError) -> None:
        self.ends.append(why.code)

    def pushed(self, message: ServerFrame) -> None:
        self.news.append(message)

    async def login(self) -> Login:
        challenge = await self.api.challenge()
        return Login(challenge, login_signature(self.device.signing, self.api.host, challenge))

    async def work(self, binding: bytes) -> Work:
        challenge = await self.api.challenge()
        return Work(challenge, solve(Challenge.parse(challenge), binding, lambda _done: True))

    async def sign_up(self) -> Token:
        return await self.api.sign_up(
            self.card.whole,
            self.cert.whole,
            self.manifest.whole,
            await self.work(sha256(self.card.whole)),
            await self.login(),
        )

    async def sign_in(self) -> Token:
        return await self.api.token(self.cert.device_id, await self.login())

    async def connect(self) -> None:
        self._running = asyncio.create_task(self.link.run())
        await until(lambda: self.times_connected == 1)

    async def leave(self) -> None:
        self.link.close()
        if self._running is not None:
            await asyncio.wait({self._running})
        await self.api.close()


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[WhispServer]:
    server = WhispServer(tmp_path)
    await server.start()
    yield server
    assert await server.stop() == 0


@pytest.fixture
async def alice(server: WhispServer) -> AsyncIterator[Person]:
    alice = Person(server.url, "alice")
    yield alice
    await alice.leave()


@pytest.fixture
async def bob(server: WhispServer) -> AsyncIterator[Person]:
    bob = Person(server.url, "bob")
    yield bob
    await bob.leave()


async def test_from_the_name_to_the_relay(alice: Person, bob: Person) -> None:
    parameters = await alice.api.parameters()
    assert parameters.version == 1
    assert alice.api.host in parameters.hosts
    assert parameters.turn
    assert await alice.api.name_free("alice", await alice.work(sha256(b"alice")))
    token = await alice.sign_up()
    assert token.life_s == 900
    assert not await bob.api.name_free("alice", await bob.work(sha256(b"alice")))
    relay = await alice.api.turn(token)
    assert relay is not None
    assert relay.urls == ("turn:127.0.0.1:3478?transport=udp",)
    with pytest.raises(RefusedError) as refused:
        await alice.sign_up()
    assert refused.value.code == "taken"
    with pytest.raises(RefusedError) as refused:
        await bob.sign_in()
    assert refused.value.code == "bad_proof"
    renewed, username = await alice.api.renew_device(
        alice.cert.whole, alice.manifest.whole, await alice.login()
    )
    assert (renewed.life_s, username) == (900, "alice")


async def test_looking_up_and_knocking(alice: Person, bob: Person) -> None:
    for person in (alice, bob):
        await person.sign_up()
        await person.connect()
    work = await alice.work(sha256(b"bob"))
    answer = await alice.link.ask(LookUpName(1, "bob", work), 5)
    assert isinstance(answer, Unreachable)
    bundle = PrivateBundle.make(bob.device, int(time.time()), secrets.token_bytes)
    published = await bob.link.ask(Publish(1, ByName.EXACT_NAME, (bundle.bundle.whole,), ()), 5)
    assert isinstance(published, Ok)
    work = await alice.work(sha256(b"bob"))
    found = await alice.link.ask(LookUpName(1, "bob", work), 5)
    assert isinstance(found, Found)
    assert found.devices[0].bundle == bundle.bundle.whole
    await until(lambda: len(bob.news) == 1)
    assert isinstance(bob.news[0], Spent)
    m1 = b"\x01" + bundle.bundle.bundle_id + bytes(4087)
    knock = Knock(1, bundle.bundle.bundle_id, m1, await alice.work(sha256(m1)))
    assert isinstance(await alice.link.ask(knock, 5), KnockOk)
    await until(lambda: len(bob.news) == 2)
    knocked = bob.news[1]
    assert isinstance(knocked, Knocked)
    assert (knocked.username, knocked.m1) == ("alice", m1)
    assert isinstance(await alice.link.ask(Renew(1), 5), NewToken)
    bundle.close()


async def test_a_restart_of_the_server_is_survived(server: WhispServer, alice: Person) -> None:
    await alice.sign_up()
    await alice.connect()
    assert await server.stop() == 0
    await until(lambda: len(alice.pauses_s) > 0)
    with pytest.raises(RefusedError) as refused:
        await alice.link.ask(Renew(1), 5)
    assert refused.value.code == "server_unreachable"
    await server.start()
    await until(lambda: alice.times_connected == 2, 30)
    assert isinstance(await alice.link.ask(Renew(1), 5), NewToken)


async def test_a_second_socket_replaces_the_first_for_good(alice: Person) -> None:
    await alice.sign_up()
    await alice.connect()
    again = ServerLink(alice.api, alice.sign_in, alice)
    running = asyncio.create_task(again.run())
    await until(lambda: alice.ends == ["replaced"])
    assert isinstance(await again.ask(Renew(1), 5), NewToken)
    again.close()
    await asyncio.wait({running})
    assert alice.times_connected == 2
