"""A server that leaves questions unanswered, or refuses what others need to reach somebody."""

import asyncio
import secrets
from pathlib import Path

import pytest

from tests.session.nodes import Person, Server, person
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session import commands
from whisp_desktop.session.events import Notice, ServerChanged
from whisp_desktop.session.home_server import HomeServer

UNANSWERED = RefusedError("server_unreachable", "")
REFUSED = RefusedError("bad_request", "")


class Failing:
    """Stands in for a call of `HomeServer` that fails some times before it is let through."""

    def __init__(self, patch: pytest.MonkeyPatch, name: str, failures: list[RefusedError]) -> None:
        self.calls = 0
        real = getattr(HomeServer, name)

        async def call(home: HomeServer, *given: object) -> None:
            self.calls += 1
            if failures:
                raise failures.pop(0)
            await real(home, *given)

        patch.setattr(HomeServer, name, call)


async def _sign_up(somebody: Person) -> None:
    await somebody.node.do(commands.CreateAccount(f"a{secrets.token_hex(6)}", ""))


async def test_bundles_are_published_again_until_the_server_has_them(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("whisp_desktop.session.doorman._TRY_AGAIN_S", 0.01)
    publish = Failing(monkeypatch, "publish", [UNANSWERED, REFUSED, REFUSED])
    async with person("alice", tmp_path, server.url) as alice:
        await _sign_up(alice)
        assert (await alice.hear(ServerChanged)).connected
    assert publish.calls == 4
    told = [event for event in alice.told if isinstance(event, Notice | ServerChanged)]
    assert [type(event) for event in told] == [Notice, ServerChanged]
    assert isinstance(told[0], Notice)
    assert told[0].code == "not_published"


async def test_contacts_are_met_again_when_a_server_did_not_answer(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("whisp_desktop.session.circle._BETWEEN_MEETINGS_S", 0)
    monkeypatch.setattr("whisp_desktop.session.circle._TRY_AGAIN_S", 0.01)
    announce = Failing(monkeypatch, "announce", [UNANSWERED])
    watch = Failing(monkeypatch, "watch", [UNANSWERED])
    async with person("alice", tmp_path, server.url) as alice:
        await _sign_up(alice)
        async with asyncio.timeout(10):
            while (announce.calls, watch.calls) != (3, 2):
                await alice.hear_nothing()
