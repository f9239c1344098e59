"""A person with two computers: a call reaches both, one of them has it, and nothing is copied."""

import asyncio

import pytest

from tests.journeys.conftest import MakeClient
from tests.journeys.programs import Client, Server
from tests.journeys.steps import say, texts


@pytest.fixture
async def laptop(server: Server, bob: Client, start: MakeClient) -> Client:
    """Bob's second device."""
    added = await start("laptop", server_url=server.url)
    await added.do("enroll_scan", qr=(await bob.do("enroll_show"))["qr"])
    digits = (await added.event("enroll", step="confirm"))["digits"]
    await bob.event("enroll", step="confirm")
    await bob.do("enroll_confirm", digits=digits)
    await added.event("enroll", step="done")
    await added.reachable()
    return added


async def _called(asker: Client, *devices: Client) -> list[str]:
    """Ask Bob, and wait until every one of these devices shows it."""
    await asker.do("ask", name="bob")
    return [(await each.event("request"))["request"] for each in devices]


async def test_a_call_reaches_both_and_the_first_that_accepts_has_it(
    alice: Client, bob: Client, laptop: Client
) -> None:
    at_bob, at_laptop = await _called(alice, bob, laptop)
    await laptop.do("accept", request=at_laptop)
    gone = await bob.event("request_gone", request=at_bob)
    assert gone["why"] == "answered-elsewhere"
    assert (await bob.refusal("accept", request=at_bob)).code == "no_such_request"
    await asyncio.gather(alice.event("open"), laptop.event("open"))
    await say(alice, laptop, "Which one are you at?")
    await say(laptop, alice, "The laptop.")

    assert [(await each.do("status"))["sessions"] for each in (bob, laptop)] == [[], ["alice"]]
    assert await texts(bob, "alice") == []
    assert (await bob.refusal("send", peer="alice", text="me too")).code == "not_connected"
    assert not [each for each in bob.events if each["event"] in {"open", "message"}]


async def test_a_contact_calls_both_and_who_accepts_anew_takes_over(
    alice: Client, bob: Client, laptop: Client
) -> None:
    for device, other in ((bob, laptop), (laptop, bob)):
        wanted = dict(zip((bob, laptop), await _called(alice, bob, laptop), strict=True))
        await device.do("accept", request=wanted[device])
        gone = await other.event("request_gone", request=wanted[other])
        assert gone["why"] == "answered-elsewhere"
        await asyncio.gather(alice.event("open"), device.event("open"))
        await say(alice, device, "one turn")
        await say(device, alice, "and another")
        await alice.do("leave", peer="bob")
        await device.event("closed", peer="alice")
        assert await texts(device, "alice") == []

    await bob.do("ask", name="alice")
    await alice.do("accept", request=(await alice.event("request"))["request"])
    await asyncio.gather(alice.event("open"), bob.event("open"))
    await laptop.do("ask", name="alice")
    await alice.do("accept", request=(await alice.event("request"))["request"])
    await bob.event("closed", peer="alice")
    await asyncio.gather(alice.event("open"), laptop.event("open"))
    await say(alice, laptop, "So you moved.")


async def test_a_call_that_is_declined_here_can_be_taken_there(
    alice: Client, bob: Client, laptop: Client
) -> None:
    at_bob, at_laptop = await _called(alice, bob, laptop)
    await bob.do("decline", request=at_bob)
    await laptop.do("accept", request=at_laptop)
    await asyncio.gather(alice.event("open"), laptop.event("open"))
    await say(alice, laptop, "Good that you are there.")


async def test_a_device_that_is_revoked_in_a_conversation_is_cut_off(
    alice: Client, bob: Client, laptop: Client
) -> None:
    _, at_laptop = await _called(alice, bob, laptop)
    await laptop.do("accept", request=at_laptop)
    await asyncio.gather(alice.event("open"), laptop.event("open"))
    await say(alice, laptop, "Is that you?")

    lost = (await laptop.do("status"))["device_id"]
    await bob.do("revoke", device_id=lost, reason="stolen")
    await alice.event("closed", peer="bob")
    told = await laptop.event("notice", code="device_revoked")
    assert told["say"].startswith("This device was revoked by another one of yours.")
    assert (await laptop.do("status"))["account_key"] is None
    assert not list(laptop.profile.glob("*.sealed"))

    await alice.do("ask", name="bob")
    await bob.do("accept", request=(await bob.event("request"))["request"])
    await asyncio.gather(alice.event("open"), bob.event("open"))
    await say(bob, alice, "It was stolen.")
