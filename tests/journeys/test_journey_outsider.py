"""`whisp headless` meets a client that was written from the wire page, and may break its rules."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio

from tests.journeys.programs import Client, Server
from tests.journeys.steps import open_conversation, say
from tests.outsider.outsider import Outsider, Talk

TEXT, RECEIPT, TIMER, BYE, STATEMENTS = 0x10, 0x11, 0x13, 0x01, 0x02
DELIVERED, SEEN = b"\x01", b"\x02"


@pytest_asyncio.fixture
async def outsider(
    server: Server, ends: AsyncExitStack, monkeypatch: pytest.MonkeyPatch
) -> Outsider:
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda *_, **__: ["127.0.0.1"])
    started = Outsider("outsider", server.url)
    ends.push_async_callback(started.close)
    return await started.start()


async def _called_by(outsider: Outsider, alice: Client, ends: AsyncExitStack) -> Talk:
    asking = asyncio.create_task(outsider.ask("alice"))
    request = await alice.event("request", name="outsider")
    await alice.do("accept", request=request["request"])
    talk = await asking
    ends.push_async_callback(talk.link.close)
    return talk


async def _converse(talk: Talk, alice: Client) -> None:
    await talk.secure()
    await alice.event("open", peer="outsider")
    id_ = talk.text("Grüße".encode())
    arrived = await alice.event("message", peer="outsider")
    assert (arrived["message"], arrived["text"]) == (id_.hex(), "Grüße")
    assert await talk.hear(RECEIPT) == DELIVERED + id_
    assert await talk.hear(RECEIPT) == SEEN + id_
    sent = await alice.do("send", peer="outsider", text="Hello.")
    heard = await talk.hear(TEXT)
    assert (heard[:8].hex(), heard[20:]) == (sent["message"], b"Hello.")
    talk.say(RECEIPT, DELIVERED + heard[:8])
    await alice.event("delivered", message=sent["message"])


async def test_an_outsider_asks_and_leaves(
    outsider: Outsider, alice: Client, ends: AsyncExitStack
) -> None:
    talk = await _called_by(outsider, alice, ends)
    await _converse(talk, alice)
    talk.say(BYE, b"\x00")
    assert (await alice.event("closed"))["why"] == "left"


async def test_an_outsider_is_asked_and_left(
    outsider: Outsider, alice: Client, ends: AsyncExitStack
) -> None:
    await alice.do("ask", name="outsider")
    talk = await outsider.answer()
    ends.push_async_callback(talk.link.close)
    await _converse(talk, alice)
    await alice.do("leave", peer="outsider")
    assert await talk.hear(BYE) == b"\x00"


def _flipped(talk: Talk) -> None:
    frame = bytearray(talk.turns.write(0))
    frame[-1] ^= 1
    talk.link.send(bytes(frame))


def _another_channel(talk: Talk) -> None:
    talk.link.connection.createDataChannel("another")


BROKEN: list[Callable[[Talk], object]] = [
    _flipped,
    _another_channel,
    lambda talk: talk.link.send(talk.fin("fa")),
    lambda talk: talk.text(b"\xc0\x80"),
    lambda talk: talk.say(TIMER, b"\xff\xff\xff\xff"),
]
"""The server lets six strangers a minute knock at one door."""


async def test_whoever_breaks_a_rule_is_left_and_nothing_else_is_lost(
    outsider: Outsider, alice: Client, bob: Client, ends: AsyncExitStack
) -> None:
    await open_conversation(alice, bob)
    for break_a_rule in BROKEN:
        talk = await _called_by(outsider, alice, ends)
        await talk.secure()
        await alice.event("open", peer="outsider")
        await talk.hear(STATEMENTS)
        break_a_rule(talk)
        assert (await alice.event("closed", peer="outsider"))["why"] == "protocol"
        assert await talk.hear(BYE) == b"\x01"
    await say(alice, bob, "Still here.")
    assert (await alice.do("status"))["sessions"] == ["bob"]
