"""PeerLink against the real thing: other processes, and peers that keep to no rule."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.fakes.link_listener import RememberingListener
from tests.transport.waiting import until
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.route import Route
from whisp_desktop.transport.endpoint import Endpoint
from whisp_desktop.transport.ice import Attempt, IcePolicy
from whisp_desktop.transport.peer_link import PeerLink

LABELS = ("whisp", "whisp-files")


class RuleBreaker:
    """The A of a PeerLink, in the hands of somebody who knows aiortc and no rule."""

    def __init__(self, ice: IcePolicy) -> None:
        self.end = Endpoint(Attempt((), has_relay=False), ice)
        self.heard = RememberingListener()
        self.link: PeerLink | None = None

    async def open(self, ice: IcePolicy, labels: tuple[str, ...] = LABELS) -> None:
        await self.end.gather_offer(labels)
        await self.meet(ice)
        await until(
            lambda: (
                self.heard.times_closed > 0
                or all(channel.readyState == "open" for channel in self.end.channels)
            )
        )

    async def meet(self, ice: IcePolicy) -> None:
        self.link = await PeerLink.answer(self.end.route, ice, self.heard)
        await self.end.reach(Route.parse(self.link.route), "answer")

    async def close(self) -> None:
        self.end.close()
        await self.end.gone()
        if self.link is not None:
            self.link.close()
            await self.link.gone()


@pytest.fixture
async def breaker(loopback: IcePolicy) -> AsyncIterator[RuleBreaker]:
    breaker = RuleBreaker(loopback)
    yield breaker
    await breaker.close()


async def test_the_rule_breaker_can_behave(breaker: RuleBreaker, loopback: IcePolicy) -> None:
    await breaker.open(loopback)
    breaker.end.channels[0].send(b"x" * 16_384)
    breaker.end.channels[1].send(b"x" * 16_421)
    breaker.end.channels[0].send(b"still here")
    await until(lambda: len(breaker.heard.frames) == 2)
    assert breaker.heard.times_closed == 0


@pytest.mark.parametrize("text", ["", "text", "é" * 100])
@pytest.mark.parametrize("channel", [0, 1])
async def test_a_text_message_closes_the_link(
    breaker: RuleBreaker, loopback: IcePolicy, channel: int, text: str
) -> None:
    await breaker.open(loopback)
    breaker.end.channels[channel].send(text)
    await until(lambda: breaker.heard.times_closed == 1)
    assert breaker.heard.frames == []


@pytest.mark.parametrize(("channel", "size"), [(0, 16_385), (1, 16_422), (0, 200_000)])
async def test_a_message_above_its_size_closes_the_link(
    breaker: RuleBreaker, loopback: IcePolicy, channel: int, size: int
) -> None:
    await breaker.open(loopback)
    breaker.end.channels[channel].send(bytes(size))
    await until(lambda: breaker.heard.times_closed == 1)
    assert breaker.heard.frames == []


async def test_a_message_without_an_end_closes_the_link(
    breaker: RuleBreaker, loopback: IcePolicy
) -> None:
    await breaker.open(loopback)
    breaker.end.sctp._remote_max_message_size = 0
    breaker.end.channels[0].send(bytes(4_000_000))
    await until(lambda: breaker.heard.times_closed == 1)
    unsent_bytes = sum(len(chunk.user_data) for chunk in breaker.end.sctp._outbound_queue)
    assert unsent_bytes > 2_500_000
    assert breaker.heard.frames == []


@pytest.mark.parametrize(
    "labels",
    [
        ("other", "whisp"),
        ("whisp", "whisp-files", "third"),
        ("whisp", "whisp"),
        ("",),
        ("Whisp",),
    ],
)
async def test_another_channel_closes_the_link(
    breaker: RuleBreaker, loopback: IcePolicy, labels: tuple[str, ...]
) -> None:
    await breaker.open(loopback, labels)
    await until(lambda: breaker.heard.times_closed == 1)


@pytest.mark.parametrize(
    "properties", [{"ordered": False}, {"maxRetransmits": 0}, {"maxPacketLifeTime": 1000}]
)
async def test_a_channel_that_may_lose_or_mix_messages_closes_the_link(
    breaker: RuleBreaker, loopback: IcePolicy, properties: dict[str, Any]
) -> None:
    breaker.end.connection.createDataChannel("whisp", **properties)
    await breaker.end.gather_offer(("whisp-files",))
    await breaker.meet(loopback)
    await until(lambda: breaker.heard.times_closed == 1)


async def test_a_channel_opened_by_b_closes_the_link(
    loopback: IcePolicy, listener: RememberingListener
) -> None:
    a = await PeerLink.offer(loopback, listener)
    b = Endpoint(Attempt((), has_relay=False), loopback)
    theirs = Route.parse(a.route)
    await b.gather_answer(theirs)
    await b.reach(theirs, "offer")
    b.connection.createDataChannel("whisp")
    await a.connect(b.route)
    await until(lambda: listener.times_closed == 1)
    b.close()
    await b.gone()
    await a.gone()


async def test_a_channel_closed_alone_ends_the_link(
    breaker: RuleBreaker, loopback: IcePolicy
) -> None:
    await breaker.open(loopback)
    breaker.end.channels[1].close()
    await until(lambda: breaker.heard.times_closed == 1)


async def test_a_second_opening_of_one_stream_ends_the_link(
    breaker: RuleBreaker, loopback: IcePolicy
) -> None:
    """aiortc fails an assertion in its receiving task; for us that is the link's end."""
    await breaker.open(loopback)
    asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
    breaker.end.channels[0]._setReadyState("connecting")
    breaker.end.sctp._data_channels.clear()
    breaker.end.sctp._data_channel_open(breaker.end.channels[0])
    await until(lambda: breaker.heard.times_closed == 1)


async def test_two_processes_meet_over_udp_and_part(
    loopback: IcePolicy, listener: RememberingListener
) -> None:
    b = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", "-m", "tests.transport.answering_peer"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert b.stdin is not None
    assert b.stdout is not None
    async with asyncio.timeout(30):
        a = await PeerLink.offer(loopback, listener)
        b.stdin.write(a.route.hex().encode() + b"\n")
        await a.connect(bytes.fromhex((await b.stdout.readline()).decode()))
        await a.opened()
        exporter, fingerprint = (await b.stdout.readline()).decode().split()
        assert exporter == a.exporter().hex()
        assert fingerprint == a.fingerprints[1].hex()
        a.send(b"there and back")
        await until(lambda: listener.frames == [b"kcab dna ereht"])
        a.close()
        assert await b.stdout.readline() == b"over\n"
        assert await b.wait() == 0
        await a.gone()


async def test_a_killed_process_is_not_noticed_by_the_link(
    loopback: IcePolicy, listener: RememberingListener
) -> None:
    """The session's heartbeat does that; the link says nothing, and closes quickly even so."""
    b = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.transport.answering_peer"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert b.stdin is not None
    assert b.stdout is not None
    async with asyncio.timeout(30):
        a = await PeerLink.offer(loopback, listener)
        b.stdin.write(a.route.hex().encode() + b"\n")
        await a.connect(bytes.fromhex((await b.stdout.readline()).decode()))
        await a.opened()
        b.kill()
        await b.wait()
        a.send(b"anybody there")
        a.close()
        async with asyncio.timeout(1):
            await a.gone()
    assert listener.times_closed == 0


def test_two_ends_meet_where_there_is_no_interface_but_loopback() -> None:
    alone = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("network namespaces need root")
    done = subprocess.run(
        [*alone, sys.executable, "-m", "tests.transport.lone_pair"],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.stdout == b"open direct direct\n", done.stderr.decode()


def test_no_interface_at_all_is_said() -> None:
    alone = ["unshare", "--net", sys.executable, "-c", WITHOUT_ADDRESS]
    if subprocess.run(["unshare", "--net", "true"], check=False).returncode != 0:
        pytest.skip("network namespaces need root")
    done = subprocess.run(alone, capture_output=True, timeout=60, check=False)
    assert done.stdout == b"unreachable This computer is offline.\n", done.stderr.decode()


WITHOUT_ADDRESS = """
import asyncio
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.transport.ice import IcePolicy
from whisp_desktop.transport.peer_link import PeerLink
async def main():
    try:
        await PeerLink.offer(IcePolicy(False, (), False), None)
    except RefusedError as refused:
        print(refused.code, refused.say)
asyncio.run(main())
"""


async def test_a_wrong_certificate_is_told_at_once(
    loopback: IcePolicy, listener: RememberingListener
) -> None:
    a = await PeerLink.offer(loopback, listener)
    b = await PeerLink.answer(a.route, loopback, RememberingListener())
    theirs = Route.parse(b.route)
    await a.connect(Route(theirs.ufrag, theirs.pwd, bytes(32), theirs.candidates).encode())
    await until(lambda: listener.times_closed == 1)
    b.close()
    await a.gone()
    await b.gone()


async def test_connecting_a_closed_link_is_refused(
    loopback: IcePolicy, listener: RememberingListener
) -> None:
    a = await PeerLink.offer(loopback, listener)
    b = await PeerLink.answer(a.route, loopback, RememberingListener())
    a.close()
    await a.gone()
    with pytest.raises(RefusedError) as refused:
        await a.connect(b.route)
    assert refused.value.code == "unreachable"
    b.close()
    await b.gone()


async def test_giving_up_in_the_middle_of_gathering_leaves_nothing(
    loopback: IcePolicy, listener: RememberingListener
) -> None:
    offering = asyncio.create_task(PeerLink.offer(loopback, listener))
    await asyncio.sleep(0)
    offering.cancel()
    with pytest.raises(asyncio.CancelledError):
        await offering


async def test_closing_in_the_middle_of_connecting_leaves_nothing(
    loopback: IcePolicy, listener: RememberingListener
) -> None:
    a = await PeerLink.offer(loopback, listener)
    b = await PeerLink.answer(a.route, loopback, listener)
    await a.connect(b.route)
    for end in (b, a):
        end.close()
    for end in (a, b):
        await end.gone()
    assert listener.frames == []
