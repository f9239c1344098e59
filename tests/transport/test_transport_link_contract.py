"""What every link does, over real UDP on loopback and in memory alike."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.fakes.link_listener import RememberingListener
from tests.fakes.memory_link import MemoryLink
from tests.transport.waiting import until
from whisp_desktop.protocol.errors import PeerError, RefusedError
from whisp_desktop.protocol.route import Route
from whisp_desktop.transport.ice import IcePolicy
from whisp_desktop.transport.peer_link import PeerLink

Link = PeerLink | MemoryLink
LinkClass = type[PeerLink] | type[MemoryLink]


@pytest.fixture(params=[PeerLink, MemoryLink])
def link_class(request: pytest.FixtureRequest) -> LinkClass:
    chosen: LinkClass = request.param
    return chosen


class Pair:
    """Two ends and what their listeners heard."""

    def __init__(self) -> None:
        self.heard_by_a = RememberingListener()
        self.heard_by_b = RememberingListener()
        self.ends: list[Link] = []

    async def make(self, link_class: LinkClass, ice: IcePolicy) -> tuple[Link, Link]:
        a = await link_class.offer(ice, self.heard_by_a)
        self.ends.append(a)
        b = await link_class.answer(a.route, ice, self.heard_by_b)
        self.ends.append(b)
        return a, b

    async def open(self, link_class: LinkClass, ice: IcePolicy) -> tuple[Link, Link]:
        a, b = await self.make(link_class, ice)
        await a.connect(b.route)
        async with asyncio.timeout(10):
            await asyncio.gather(a.opened(), b.opened())
        return a, b

    async def close(self) -> None:
        for end in self.ends:
            end.close()
        for end in self.ends:
            await end.gone()


@pytest.fixture
async def pair() -> AsyncIterator[Pair]:
    pair = Pair()
    yield pair
    await pair.close()


async def test_two_ends_open_and_frames_go_both_ways(
    pair: Pair, link_class: LinkClass, loopback: IcePolicy
) -> None:
    a, b = await pair.open(link_class, loopback)
    frames = [bytes([n]) * size for n, size in enumerate((1, 33, 256, 4096, 16_384))]
    for frame in frames:
        a.send(frame)
        b.send(frame[::-1])
    await until(lambda: pair.heard_by_b.frames == frames)
    await until(lambda: pair.heard_by_a.frames == [frame[::-1] for frame in frames])


async def test_hundreds_of_frames_come_whole_and_in_order(
    pair: Pair, link_class: LinkClass, loopback: IcePolicy
) -> None:
    a, _ = await pair.open(link_class, loopback)
    frames = [n.to_bytes(4, "big") * 256 for n in range(400)]
    for frame in frames:
        a.send(frame)
    await until(lambda: len(pair.heard_by_b.frames) == len(frames))
    assert pair.heard_by_b.frames == frames


async def test_both_ends_see_the_same_certificates_and_export_the_same_bytes(
    pair: Pair, link_class: LinkClass, loopback: IcePolicy
) -> None:
    a, b = await pair.open(link_class, loopback)
    assert a.fingerprints == b.fingerprints[::-1]
    assert a.fingerprints[0] == Route.parse(a.route).fingerprint
    assert b.fingerprints[0] == Route.parse(b.route).fingerprint
    assert a.exporter() == b.exporter()
    assert len(a.exporter()) == 32
    assert a.kind == b.kind == "direct"


async def test_each_session_has_its_own_certificate_and_exporter(
    pair: Pair, link_class: LinkClass, loopback: IcePolicy
) -> None:
    a, _ = await pair.open(link_class, loopback)
    other, _ = await pair.open(link_class, loopback)
    assert a.fingerprints[0] != other.fingerprints[0]
    assert a.exporter() != other.exporter()


async def test_it_does_not_open_before_both_have_the_others_route(
    pair: Pair, link_class: LinkClass, loopback: IcePolicy
) -> None:
    a, b = await pair.make(link_class, loopback)
    for end in (a, b):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(end.opened(), 0.1)
    a.send(b"too early")
    await a.connect(b.route)
    await asyncio.wait_for(b.opened(), 10)
    await asyncio.wait_for(a.opened(), 10)
    a.send(b"in time")
    await until(lambda: pair.heard_by_b.frames != [])
    assert pair.heard_by_b.frames == [b"in time"]


@pytest.mark.parametrize("whose", ["a", "b"])
async def test_a_wrong_fingerprint_never_opens(
    pair: Pair, link_class: LinkClass, loopback: IcePolicy, whose: str
) -> None:
    a = await link_class.offer(loopback, pair.heard_by_a)
    b = await link_class.answer(
        _with_other_fingerprint(a.route) if whose == "a" else a.route, loopback, pair.heard_by_b
    )
    pair.ends += [a, b]
    await a.connect(_with_other_fingerprint(b.route) if whose == "b" else b.route)
    for end in (a, b):
        with pytest.raises((TimeoutError, RefusedError)):
            await asyncio.wait_for(end.opened(), 0.5)
    a.send(b"never")
    b.send(b"never")
    await asyncio.sleep(0.05)
    assert pair.heard_by_a.frames == pair.heard_by_b.frames == []


async def test_a_close_is_noticed_by_the_other_end_once_and_not_by_ones_own(
    pair: Pair, link_class: LinkClass, loopback: IcePolicy
) -> None:
    a, b = await pair.open(link_class, loopback)
    a.close()
    await until(lambda: pair.heard_by_b.times_closed > 0)
    a.close()
    b.close()
    await a.gone()
    await b.gone()
    assert pair.heard_by_a.times_closed == 0
    assert pair.heard_by_b.times_closed == 1


@pytest.mark.parametrize("large_frames", [0, 8])
async def test_what_was_sent_before_a_close_still_arrives(
    pair: Pair, link_class: LinkClass, loopback: IcePolicy, large_frames: int
) -> None:
    a, _ = await pair.open(link_class, loopback)
    said = [bytes(16_384)] * large_frames + [b"goodbye"]
    for frame in said:
        a.send(frame)
    a.close()
    await until(lambda: pair.heard_by_b.times_closed > 0)
    assert pair.heard_by_b.frames == said


async def test_no_frame_comes_in_after_a_close(
    pair: Pair, link_class: LinkClass, loopback: IcePolicy, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = await pair.open(link_class, loopback)
    a.send(b"one")
    a.send(b"two")
    monkeypatch.setattr(pair.heard_by_b, "frame", lambda _: b.close())
    monkeypatch.setattr(pair.heard_by_a, "frame", lambda _: pytest.fail("a frame after close"))
    await until(lambda: pair.heard_by_a.times_closed > 0)
    assert pair.heard_by_b.frames == []


async def test_sending_on_a_closed_link_does_nothing(
    pair: Pair, link_class: LinkClass, loopback: IcePolicy
) -> None:
    a, _ = await pair.open(link_class, loopback)
    a.close()
    a.send(b"late")
    await until(lambda: pair.heard_by_b.times_closed > 0)
    assert pair.heard_by_b.frames == []


async def test_waiting_for_a_link_that_is_closed_is_refused(
    pair: Pair, link_class: LinkClass, loopback: IcePolicy
) -> None:
    a, _ = await pair.make(link_class, loopback)
    waiting = asyncio.create_task(a.opened())
    await asyncio.sleep(0)
    a.close()
    with pytest.raises(RefusedError) as refused:
        await waiting
    assert refused.value.code == "unreachable"


async def test_relays_only_and_no_relay_is_refused_at_once(
    link_class: LinkClass, listener: RememberingListener, pair: Pair
) -> None:
    ice = IcePolicy(relay_only=True, servers=(), development=True)
    a, _ = await pair.make(link_class, IcePolicy(relay_only=False, servers=(), development=True))
    async with asyncio.timeout(0.5):
        with pytest.raises(RefusedError) as offering:
            await link_class.offer(ice, listener)
        with pytest.raises(RefusedError) as answering:
            await link_class.answer(a.route, ice, listener)
    assert offering.value.code == answering.value.code == "no_relay"
    assert offering.value.say == (
        "The relay did not answer. Your network address stays hidden, "
        "so Whisp did not try a direct path."
    )


async def test_a_route_of_loopback_alone_is_unreachable_for_a_released_build(
    pair: Pair, link_class: LinkClass, loopback: IcePolicy
) -> None:
    released = IcePolicy(relay_only=False, servers=(), development=False)
    a, b = await pair.make(link_class, loopback)
    with pytest.raises(RefusedError) as refused:
        await link_class.answer(_only_loopback(a.route), released, pair.heard_by_b)
    assert refused.value.code == "unreachable"
    other = await link_class.offer(released, pair.heard_by_a)
    pair.ends.append(other)
    with pytest.raises(RefusedError) as refused:
        await other.connect(_only_loopback(b.route))
    assert refused.value.code == "unreachable"


@pytest.mark.parametrize("damage", [b"", b"\0", b"x" * 74])
async def test_a_malformed_route_is_the_peers_error(
    pair: Pair, link_class: LinkClass, loopback: IcePolicy, damage: bytes
) -> None:
    a, _ = await pair.make(link_class, loopback)
    with pytest.raises(PeerError):
        await link_class.answer(damage, loopback, pair.heard_by_b)
    with pytest.raises(PeerError):
        await a.connect(damage)


def _with_other_fingerprint(whole: bytes) -> bytes:
    route = Route.parse(whole)
    return Route(route.ufrag, route.pwd, bytes(32), route.candidates).encode()


def _only_loopback(whole: bytes) -> bytes:
    route = Route.parse(whole)
    candidates = tuple(each for each in route.candidates if each.address.is_loopback)
    return Route(route.ufrag, route.pwd, route.fingerprint, candidates).encode()
