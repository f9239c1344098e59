"""A server that lies at sign-up: it has the name already, and knows better epochs than ours."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from tests.session.nodes import person
from tests.transport.crooked_server import CHALLENGE, CrookedServer
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session import commands
from whisp_desktop.session.account import Papers
from whisp_desktop.session.home_server import HomeServer

TOKEN: dict[str, object] = {"token": "a.b.c", "expires_in": 900}


class LyingServer(CrookedServer):
    """Says that the name is taken, lets the device in, and answers what follows as a test says."""

    def __init__(self, *epochs: int, username: str = "alice") -> None:
        super().__init__()
        self.renewals = 0
        self.has_relay = False
        self._epochs = epochs
        self._username = username
        self.rest = self._answer

    async def _answer(self, request: web.Request) -> web.Response:
        match request.path:
            case "/v1/parameters":
                said = {"version": 1, "hosts": [f"127.0.0.1:{self.port}"], "bits": 3}
                off = {"turn": self.has_relay, "push": False, "limits": False}
                return web.json_response(said | off)
            case "/v1/challenges":
                return web.json_response(CHALLENGE)
            case "/v1/tokens":
                return web.json_response(TOKEN)
            case "/v1/devices":
                self.renewals += 1
                if self.renewals > len(self._epochs):
                    return web.json_response(TOKEN | {"username": self._username}, status=201)
                return _refusal(code="stale", epoch=self._epochs[self.renewals - 1])
        return _refusal(code="taken")


@asynccontextmanager
async def lying(*epochs: int, username: str = "alice") -> AsyncIterator[LyingServer]:
    server = LyingServer(*epochs, username=username)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


def _refusal(**fields: object) -> web.Response:
    said = {"type": "about:blank", "title": "", "status": 409, **fields}
    return web.json_response(said, status=409, content_type="application/problem+json")


@pytest.fixture(autouse=True)
def _no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    async def prove(*_: object) -> bytes:
        return bytes(64)

    monkeypatch.setattr("whisp_desktop.session.home_server.prove", prove)


@pytest.mark.parametrize(
    ("epochs", "renewals"), [((5, 6), 2), ((2**32 - 1,), 1), ((0,), 1)], ids=str
)
async def test_a_server_cannot_lead_through_epochs_without_end(
    tmp_path: Path, epochs: tuple[int, ...], renewals: int
) -> None:
    async with lying(*epochs) as server, person("alice", tmp_path, server.url) as alice:
        with pytest.raises(RefusedError) as refused:
            await alice.node.do(commands.CreateAccount("alice", ""))
    assert (refused.value.code, server.renewals) == ("stale", renewals)


async def test_a_server_cannot_give_a_name_that_is_none(tmp_path: Path) -> None:
    async with (
        lying(4, username="No Name") as server,
        person("alice", tmp_path, server.url) as alice,
    ):
        with pytest.raises(RefusedError) as refused:
            await alice.node.do(commands.CreateAccount("alice", ""))
    assert (refused.value.code, server.renewals) == ("server_wrong", 2)


async def test_a_command_that_fails_costs_nothing_but_its_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> Papers:
        raise OverflowError

    async with lying() as server, person("alice", tmp_path, server.url) as alice:
        with monkeypatch.context() as failing:
            failing.setattr(Papers, "sign", fail)
            with pytest.raises(RefusedError) as refused:
                await alice.node.do(commands.CreateAccount("alice", ""))
        assert (await alice.node.do(commands.GetStatus())).profile == "new"
    assert refused.value.code == "internal"


@pytest.mark.parametrize(("has_relay", "stranger"), [(True, True), (True, False), (False, True)])
async def test_a_relay_that_is_promised_and_not_given_uncovers_no_address_to_strangers(
    *, has_relay: bool, stranger: bool
) -> None:
    async with lying() as server:
        server.has_relay = has_relay
        home = HomeServer(server.url, lambda _: None)
        await home.check()
        ways = await home.ice(stranger=stranger)
        await home.close()
    assert (ways.servers, ways.relay_only) == ((), has_relay and stranger)
