"""Routes over a real relay: coturn on loopback."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.link_listener import RememberingListener
from tests.transport.relay import Relay, turnserver
from tests.transport.waiting import until
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.route import CandidateKind, Route
from whisp_desktop.transport import endpoint
from whisp_desktop.transport.ice import IcePolicy, IceServer
from whisp_desktop.transport.peer_link import PeerLink

pytestmark = pytest.mark.skipif(turnserver() is None, reason="coturn (turnserver) is not installed")


@pytest.fixture
async def relay(tmp_path: Path) -> AsyncIterator[Relay]:
    relay = Relay(tmp_path)
    await relay.ready()
    yield relay
    relay.kill()


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a relay that does answer may take seconds; one that is dead is left."""
    monkeypatch.setattr(endpoint, "_GATHER_RELAY_S", 8.0)
    monkeypatch.setattr(endpoint, "_CLOSE_S", 0.8)


@pytest.fixture
async def silent_port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    """A UDP port at which somebody listens and nobody answers, and a short wait for it."""
    monkeypatch.setattr(endpoint, "_GATHER_RELAY_S", 0.8)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        yield silent.getsockname()[1]


def relays_only(*servers: IceServer) -> IcePolicy:
    return IcePolicy(relay_only=True, servers=servers, development=True)


async def meet(ice: IcePolicy) -> tuple[PeerLink, PeerLink, RememberingListener]:
    heard = RememberingListener()
    a = await PeerLink.offer(ice, RememberingListener())
    b = await PeerLink.answer(a.route, ice, heard)
    await a.connect(b.route)
    async with asyncio.timeout(10):
        await asyncio.gather(a.opened(), b.opened())
    return a, b, heard


async def part(*ends: PeerLink) -> None:
    for end in ends:
        end.close()
    for end in ends:
        await end.gone()


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_both_sides_relays_only(relay: Relay, transport: str) -> None:
    a, b, heard = await meet(relays_only(relay.server(transport)))
    for end in (a, b):
        route = Route.parse(end.route)
        assert [candidate.kind for candidate in route.candidates] == [CandidateKind.RELAY]
        assert [candidate.kind for candidate in end._end._own] == [CandidateKind.RELAY]
        assert end.kind == "relayed"
    frames = [bytes([n]) * 5000 for n in range(50)]
    for frame in frames:
        a.send(frame)
    await until(lambda: heard.frames == frames)
    await part(a, b)
    assert heard.times_closed == 0


async def test_without_relays_only_the_direct_way_is_found_first(relay: Relay) -> None:
    ice = IcePolicy(relay_only=False, servers=(relay.server("udp"),), development=True)
    a, b, _ = await meet(ice)
    kinds = [candidate.kind for candidate in Route.parse(a.route).candidates]
    assert kinds[0] is CandidateKind.RELAY
    assert kinds[-1] is CandidateKind.HOST
    assert kinds == sorted(kinds, reverse=True)
    assert a.kind == b.kind == "direct"
    await part(a, b)


async def test_a_relay_that_takes_tcp_alone_is_found_at_once(
    relay: Relay, silent_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """UDP and TCP are tried side by side: the silent one costs nothing."""
    monkeypatch.setattr(endpoint, "_GATHER_RELAY_S", 3.0)
    working = relay.server("tcp")
    silent = f"turn:127.0.0.1:{silent_port}?transport=udp"
    both = IceServer((silent, *working.urls), working.username, working.credential)
    began = time.monotonic()
    a = await PeerLink.offer(relays_only(both), RememberingListener())
    assert time.monotonic() - began < endpoint._GATHER_RELAY_S
    assert a.route
    await part(a)


async def test_a_relay_that_does_not_answer_is_refused_within_seconds(
    silent_port: int, listener: RememberingListener
) -> None:
    silent = IceServer((f"turn:127.0.0.1:{silent_port}",), "n", "w")
    began = time.monotonic()
    with pytest.raises(RefusedError) as refused:
        await PeerLink.offer(relays_only(silent), listener)
    assert refused.value.code == "no_relay"
    assert time.monotonic() - began < 3


async def test_a_wrong_secret_is_no_relay(relay: Relay, listener: RememberingListener) -> None:
    with pytest.raises(RefusedError) as refused:
        await PeerLink.offer(relays_only(relay.server("udp", secret="another")), listener)
    assert refused.value.code == "no_relay"


async def test_a_silent_relay_does_not_keep_from_the_direct_way(silent_port: int) -> None:
    silent = IceServer((f"turn:127.0.0.1:{silent_port}",), "n", "w")
    a, b, _ = await meet(IcePolicy(relay_only=False, servers=(silent,), development=True))
    assert a.kind == "direct"
    await part(a, b)


async def test_a_relay_that_dies_in_a_session_does_not_keep_the_sockets(relay: Relay) -> None:
    a, b, _ = await meet(relays_only(relay.server("udp")))
    relay.process.kill()
    relay.process.wait()
    began = time.monotonic()
    a.close()
    b.close()
    assert time.monotonic() - began < endpoint._CLOSE_S
    await a.gone()
    await b.gone()
    assert time.monotonic() - began < 4
