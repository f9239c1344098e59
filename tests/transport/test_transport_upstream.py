"""The private state of aiortc and aioice is as we know it, and each change to it is worth it."""

import asyncio
import time
from collections.abc import AsyncIterator
from importlib.metadata import version
from itertools import pairwise

import pytest
from aioice import Candidate, Connection, stun

from tests.fakes.link_listener import RememberingListener
from tests.transport.waiting import until
from whisp_desktop.protocol.route import Route
from whisp_desktop.transport import upstream
from whisp_desktop.transport.endpoint import Endpoint
from whisp_desktop.transport.ice import Attempt, IcePolicy
from whisp_desktop.transport.peer_link import PeerLink

ALONE = Attempt((), has_relay=False)


def test_the_pinned_versions_are_here() -> None:
    assert (version("aiortc"), version("aioice")) == ("1.16.0", "0.13.0")


@pytest.fixture
async def pair(loopback: IcePolicy) -> AsyncIterator[tuple[PeerLink, PeerLink]]:
    a = await PeerLink.offer(loopback, RememberingListener())
    b = await PeerLink.answer(a.route, loopback, RememberingListener())
    yield a, b
    for end in (a, b):
        end.close()
        await end.gone()


def ice_of(link: PeerLink) -> Connection:
    connection: Connection = link._end.sctp.transport.transport._connection
    return connection


async def test_aioice_lists_no_loopback_address_by_itself(loopback: IcePolicy) -> None:
    """Once it does, `steer_gathering` need not."""
    released = Endpoint(ALONE, IcePolicy(relay_only=False, servers=(), development=False))
    developed = Endpoint(ALONE, loopback)
    for end in (released, developed):
        await end.gather_offer(("whisp",))
    without = {each.address for each in released._own}
    with_loopback = {each.address for each in developed._own}
    assert not any(address.is_loopback for address in without)
    assert {str(address) for address in with_loopback - without} >= {"127.0.0.1"}
    assert all(address.is_loopback for address in with_loopback - without)
    for end in (released, developed):
        end.close()
        await end.gone()


async def test_loopback_is_tried_before_any_other_address(loopback: IcePolicy) -> None:
    end = Endpoint(ALONE, loopback)
    await end.gather_offer(("whisp",))
    assert str(Route.parse(end.route).candidates[0].address) == "127.0.0.1"
    end.close()
    await end.gone()


async def test_gathering_waits_no_longer_than_told() -> None:
    """Nobody answers at port 9 of a test network (RFC 5737)."""
    policy = IcePolicy(relay_only=False, servers=(), development=False)
    end = Endpoint(ALONE, policy)
    end._gather_s = 0.2
    end.connection.createDataChannel("whisp")
    connection = end.sctp.transport.transport._connection
    connection.stun_server = ("192.0.2.123", 9)
    began = time.monotonic()
    await end.gather_offer(())
    assert time.monotonic() - began < 2
    assert connection.stun_server == ("192.0.2.123", 9)
    end.close()
    await end.gone()


async def test_a_nominated_pair_is_not_waited_for(
    pair: tuple[PeerLink, PeerLink], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without `pace_checks`, `connect` sleeps after each check; with it, it never does."""
    monkeypatch.setattr(upstream, "_CHECK_INTERVAL_S", 60)
    a, b = pair
    await a.connect(b.route)
    await asyncio.wait_for(asyncio.gather(a.opened(), b.opened()), 5)


async def test_checks_after_the_first_are_paced(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[float] = []

    class Checks:
        def _check_periodic(self) -> bool:
            started.append(time.monotonic())
            return len(started) < 4

    class Transport:
        _connection = Checks()

    monkeypatch.setattr(upstream, "_CHECK_INTERVAL_S", 0.05)
    upstream.pace_checks(Transport())  # type: ignore[arg-type]
    assert Transport._connection._check_periodic() is False
    await until(lambda: len(started) == 4)
    gaps = [later - earlier for earlier, later in pairwise(started)]
    assert min(gaps) > 0.04


@pytest.mark.parametrize(
    ("source", "answers"),
    [
        (("127.0.0.1", 4), 1),
        (("203.0.113.5", 40_000), 1),
        (("203.0.113.5", 80), 0),
        (("10.99.98.97", 40_000), 0),
        (("169.254.1.1", 40_000), 0),
        (("fe80::1", 40_000), 0),
        (("fd12::1", 40_000), 0),
    ],
)
async def test_checks_are_answered_only_where_we_may_send(
    pair: tuple[PeerLink, PeerLink], source: tuple[str, int], answers: int
) -> None:
    a, b = pair
    ice = ice_of(a)
    sent: list[tuple[str, int]] = []

    class Protocol:
        local_candidate = Candidate("f", 1, "udp", 1, "127.0.0.1", 5, "host")

        def send_stun(self, _message: stun.Message, address: tuple[str, int]) -> None:
            sent.append(address)

    check = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    check.attributes["USERNAME"] = f"{ice.local_username}:{ice_of(b).local_username}"
    check.attributes["PRIORITY"] = 1
    check.attributes["ICE-CONTROLLED"] = 1
    check.add_message_integrity(ice.local_password.encode())
    for _ in range(2):
        ice.request_received(stun.parse_message(bytes(check)), source, Protocol())  # type: ignore[arg-type]
    assert sent == [source] * 2 * answers
    ice._early_checks.clear()


async def test_forged_sources_do_not_fill_memory(pair: tuple[PeerLink, PeerLink]) -> None:
    ice = ice_of(pair[0])
    judged: list[tuple[str, int]] = []
    upstream.admit_checks(
        pair[0]._end.sctp.transport.transport,
        lambda address, port: bool(judged.append((address, port))),
    )
    check = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    for port in range(1024, 3024):
        ice.request_received(check, ("198.51.100.1", port), None)  # type: ignore[arg-type]
    assert len(judged) == 64


async def test_the_first_retransmission_timer_is_set(pair: tuple[PeerLink, PeerLink]) -> None:
    for end in pair:
        assert end._end.sctp._rto == 1.0


async def test_the_exporters_context_is_empty_and_not_absent(
    pair: tuple[PeerLink, PeerLink],
) -> None:
    a, b = pair
    await a.connect(b.route)
    await asyncio.wait_for(asyncio.gather(a.opened(), b.opened()), 5)
    dtls = a._end.sctp.transport._ssl
    assert dtls is not None
    assert dtls.get_protocol_version_name() == "DTLSv1.2"
    label = b"EXPORTER-Channel-Binding"
    assert a.exporter() == dtls.export_keying_material(label, 32, b"")
    assert a.exporter() != dtls.export_keying_material(label, 32)


async def test_before_the_handshake_there_is_nothing_to_bind(
    pair: tuple[PeerLink, PeerLink],
) -> None:
    a, _ = pair
    with pytest.raises(ConnectionError):
        a.exporter()
    with pytest.raises(ConnectionError):
        _ = a.fingerprints


async def test_closing_while_a_pair_is_being_nominated_ends_its_consent_checks(
    loopback: IcePolicy,
) -> None:
    """aioice forgets the task that it starts then; the fixture of this room sees it."""
    for _ in range(5):
        a = await PeerLink.offer(loopback, RememberingListener())
        b = await PeerLink.answer(a.route, loopback, RememberingListener())
        await a.connect(b.route)
        for end in (b, a):
            end.close()
        for end in (a, b):
            await end.gone()
    await until(
        lambda: not any("query_consent" in repr(task.get_coro()) for task in asyncio.all_tasks())
    )
