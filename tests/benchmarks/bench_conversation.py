"""`python -m tests.benchmarks.bench_conversation`: how long a person waits for the other.

Two clients and the server, all of them processes of their own on this computer, beside two
processes that have nothing but aiortc's data channel, in turns. Nothing passes or fails.
"""

import asyncio
import random
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from tests.benchmarks.measuring import percentile, say, say_machine, spread
from tests.benchmarks.raw_peer import RawPeer
from tests.benchmarks.timed_window import TimedWindow
from tests.demo.people import PersonOfWindow
from tests.journeys.programs import Client, Server

COUPLES = 4
ACCEPTS = 8
TURNS = 5
MESSAGES_A_TURN = 50
TEXT = "Shall we meet at seven?"
FRAME_BYTES = 4096
"""What such a message is on the wire where it is the first of its turn: most are, by receipts."""

_quiet = random.Random(4)  # pauses that do not fall into step with a timer


async def accepting(folder: Path, server: Server, raw: tuple[RawPeer, RawPeer]) -> None:
    """Measure from Accept to a conversation that both can write in."""
    first_ms: list[float] = []
    later_ms: list[float] = []
    raw_ms: list[float] = []
    for couple in range(COUPLES):
        async with AsyncExitStack() as ends:
            alice, bob = (Client(folder / f"{name}_{couple}", server.url) for name in ("a", "b"))
            for client in (alice, bob):
                ends.push_async_callback(client.close)
                await client.start()
                await client.sign_up(client.profile.name)
            first_ms.append(await _accept(alice, bob))
            for _ in range(ACCEPTS):
                later_ms.append(await _accept(alice, bob))
                raw_ms.append(await _connect(*raw))
    say("from Accept to a conversation that both can write in")
    firsts = ", ".join(f"{each:.0f}" for each in first_ms)
    say(f"  whisp headless, later ones of a process     {spread(later_ms, 'ms')}")
    say(f"  whisp headless, the first of a process      {firsts} ms")
    say(f"  aiortc alone, from the offer to both ends   {spread(raw_ms, 'ms')}")


async def _accept(alice: Client, bob: Client) -> float:
    """Let bob accept and both leave; return the time from Accept to the second `open`, in ms."""
    await alice.do("ask", name=bob.profile.name)
    request = await bob.event("request")
    await _pause()
    began = time.monotonic()
    order = await bob.give("accept", request=request["request"])
    await asyncio.gather(alice.event("open"), bob.event("open"))
    took_s = time.monotonic() - began
    await bob.answer(order)
    await bob.do("leave", peer=alice.profile.name)
    await asyncio.gather(alice.event("closed"), bob.event("closed"))
    return took_s * 1e3


async def _connect(one: RawPeer, other: RawPeer) -> float:
    """Connect two ends; return the time from the offer to the second open channel, in ms."""
    offer = await one.order("offer")
    began_ns = time.monotonic_ns()
    await one.order("connect", sdp=await other.order("answer", sdp=offer))
    opened_ns = await asyncio.gather(one.order("opened"), other.order("opened"))
    return float(max(opened_ns) - began_ns) / 1e6


async def writing(folder: Path, server: Server, raw: tuple[RawPeer, RawPeer]) -> None:
    """Measure a message's way from the key to the row in either window.

    A row that is painted only after the next was taken in is left out: there are none but where
    the machine stood still.
    """
    async with AsyncExitStack() as ends:
        windows = [TimedWindow(folder / name, server.url) for name in ("alice", "bob")]
        for window in windows:
            ends.push_async_callback(window.close)
            await window.start()
        alice, bob = (PersonOfWindow(each.profile.name, each) for each in windows)
        await _meet(alice, bob)
        await _connect(*raw)
        pressed_ns: list[int] = []
        for _ in range(TURNS):
            for _ in range(MESSAGES_A_TURN):
                await windows[0].order("type", name="composer.text", text=TEXT)
                await _pause()
                pressed_ns.append(await windows[0].order("enter", name="composer.text"))
                await _pause()
            for _ in range(MESSAGES_A_TURN):
                await raw[0].order("send", size_bytes=FRAME_BYTES)
                await _pause()
        own_rows = await windows[0].order("rows", mine=True)
        their_rows = await windows[1].order("rows", mine=False)
        raw_ns = await raw[1].order("ways")
    say(f"a message of {len(TEXT)} letters, {TURNS * MESSAGES_A_TURN} of them, from the key on")
    for name, rows in (("the other window's", their_rows), ("one's own", own_rows)):
        listed_ns, painted_ns = zip(*rows, strict=True)
        painted_ms = _ways_ms(pressed_ns, painted_ns)
        _say_ways(f"in {name} list", _ways_ms(pressed_ns, listed_ns))
        _say_ways(f"painted in {name} list", painted_ms)
        _say_ways("  the first 50 of them", painted_ms[:50])
        _say_ways("  the last 50 of them", painted_ms[-50:])
    _say_ways(f"aiortc alone, {FRAME_BYTES} bytes", [way / 1e6 for way in raw_ns])


async def _meet(alice: PersonOfWindow, bob: PersonOfWindow) -> None:
    for person in (alice, bob):
        await person.claim_name()
    await alice.look_up(bob.name)
    await alice.ask(bob.name)
    await bob.is_asked()
    await bob.accept()
    await bob.can_write(alice.name)
    await alice.can_write(bob.name)


def _ways_ms(pressed_ns: Sequence[int], ended_ns: Sequence[int | None]) -> list[float]:
    ways = zip(pressed_ns, ended_ns, strict=True)
    return [(end - start) / 1e6 for start, end in ways if end is not None]


def _say_ways(name: str, ways_ms: list[float]) -> None:
    p99 = percentile(ways_ms, 99)
    say(f"  {name:44}{spread(ways_ms, 'ms', 2):38}p99 {p99:.1f} ms, most {max(ways_ms):.1f} ms")


async def _pause() -> None:
    await asyncio.sleep(_quiet.uniform(0.03, 0.06))


async def _measure() -> None:
    with tempfile.TemporaryDirectory() as name:
        async with AsyncExitStack() as ends:
            folder = Path(name)
            (folder / "server").mkdir()
            server = Server(folder / "server", POW_BITS="3", LIMITS="off")
            raw = RawPeer(folder / "raw-one"), RawPeer(folder / "raw-other")
            for each in (server, *raw):
                ends.push_async_callback(each.close)
                await each.start()
            await writing(folder, server, raw)
            await accepting(folder, server, raw)


def main() -> None:
    """Measure both."""
    say_machine()
    asyncio.run(_measure())
    say_machine()


if __name__ == "__main__":
    main()
