"""From a name to a conversation, and all the ways in which it does not come to one."""

import asyncio

from tests.journeys.conftest import MakeClient
from tests.journeys.programs import Client, Server
from tests.journeys.steps import open_conversation, say


async def test_a_name_that_is_taken(server: Server, alice: Client, start: MakeClient) -> None:
    other = await start("other", server_url=server.url)
    assert not (await other.do("check_name", name="alice"))["free"]
    refused = await other.refusal("create_account", name="alice", server=server.url)
    assert refused.code == "name_taken"
    assert refused.say == "“alice” is taken. Try another one."
    assert (
        await other.refusal("create_account", name="Alice", server=server.url)
    ).code == "bad_name"
    assert (await other.do("check_name", name="alice2"))["free"]
    assert (await other.sign_up("alice2"))["name"] == "alice2"
    assert (await other.refusal("create_account", name="x_y", server=server.url)).code == (
        "account_exists"
    )
    assert (await alice.do("look_up", name="alice2"))["reachable"]


async def test_nobody_of_that_name_and_somebody_who_is_not_there(
    alice: Client, bob: Client
) -> None:
    await bob.end_input()
    for name in ("nobody", "bob"):
        assert await alice.do("look_up", name=name) == {
            "id": alice.last_order,
            "ok": True,
            "reachable": False,
        }
        await alice.do("ask", name=name)
        assert (await alice.event("closed", peer=name))["why"] == "unreachable"


async def test_a_request_that_is_withdrawn(alice: Client, bob: Client) -> None:
    request = (await alice.do("ask", name="bob"))["request"]
    heard = await bob.event("request")
    await alice.do("withdraw", request=request)
    assert (await alice.event("closed"))["peer"] == "bob"
    assert (await bob.event("request_gone", request=heard["request"]))["why"] == "withdrawn"
    assert (await bob.refusal("accept", request=heard["request"])).code == "no_such_request"
    assert (await alice.refusal("withdraw", request=request)).code == "no_such_request"
    await open_conversation(alice, bob)


async def test_a_request_that_is_withdrawn_at_once(alice: Client, bob: Client) -> None:
    request = (await alice.do("ask", name="bob"))["request"]
    await alice.do("withdraw", request=request)
    await alice.event("closed", peer="bob")
    await open_conversation(alice, bob)


async def test_two_who_ask_each_other_at_the_same_moment(alice: Client, bob: Client) -> None:
    await asyncio.gather(alice.do("ask", name="bob"), bob.do("ask", name="alice"))
    await asyncio.gather(alice.event("open"), bob.event("open"))
    await say(alice, bob, "You too?")
    await say(bob, alice, "Me too.")
    assert (await alice.do("status"))["sessions"] == ["bob"]
    assert (await bob.do("status"))["sessions"] == ["alice"]
    assert not [each for each in alice.events + bob.events if each["event"] == "closed"]


async def test_asking_somebody_whose_request_waits_answers_it(alice: Client, bob: Client) -> None:
    await alice.do("ask", name="bob")
    await bob.event("request")
    await bob.do("ask", name="alice")
    await asyncio.gather(alice.event("open"), bob.event("open"))
    await say(alice, bob, "Hello.")


async def test_somebody_who_is_blocked_is_not_heard_again(
    server: Server, alice: Client, bob: Client, start: MakeClient
) -> None:
    carol = await start("carol", server_url=server.url)
    await carol.sign_up("carol")
    request = (await alice.do("ask", name="bob"))["request"]
    await bob.do("block", request=(await bob.event("request"))["request"])
    await alice.do("withdraw", request=request)
    await alice.event("closed")
    again = (await alice.do("ask", name="bob"))["request"]
    await alice.event("connecting", step="asking")
    await carol.do("ask", name="bob")
    assert (await bob.event("request"))["name"] == "carol"
    await alice.do("withdraw", request=again)
    blocked = [each for each in (await bob.do("contacts"))["contacts"] if each["blocked"]]
    assert [each["name"] for each in blocked] == ["alice"]


async def test_three_people_at_once(
    server: Server, alice: Client, bob: Client, start: MakeClient
) -> None:
    carol = await start("carol", server_url=server.url)
    await carol.sign_up("carol")
    await open_conversation(alice, bob)
    await open_conversation(carol, bob)
    await say(alice, bob, "from alice")
    await say(carol, bob, "from carol")
    assert sorted((await bob.do("status"))["sessions"]) == ["alice", "carol"]
    await carol.do("leave", peer="bob")
    assert (await bob.event("closed"))["peer"] == "carol"
    await say(bob, alice, "still here")


async def test_whoever_talked_is_a_contact_and_is_seen_coming_and_going(
    alice: Client, bob: Client
) -> None:
    await open_conversation(alice, bob)
    await say(alice, bob, "one turn")
    await say(bob, alice, "and another")
    await say(alice, bob, "and a third")
    await alice.do("leave", peer="bob")
    await bob.event("closed")
    await bob.event("presence", name="alice", state="online")
    entry = (await bob.do("contacts"))["contacts"]
    assert [(each["name"], each["verified"], each["blocked"]) for each in entry] == [
        ("alice", False, False)
    ]
    await alice.end_input()
    await bob.event("presence", name="alice", state="offline")
    await alice.start()
    await bob.event("presence", name="alice", state="online")
    await bob.do("ask", name="alice")
    assert (await alice.event("request"))["how"] == "contact"


async def test_declined_and_ignored_are_one_answer(
    server: Server, alice: Client, bob: Client, start: MakeClient
) -> None:
    carol = await start("carol", server_url=server.url)
    await carol.sign_up("carol")
    await alice.do("ask", name="bob")
    await bob.do("decline", request=(await bob.event("request"))["request"])
    await alice.do("ask", name="carol")
    ignored = (await carol.event("request"))["request"]
    for name in ("bob", "carol"):
        assert (await alice.event("closed", bound_s=130, peer=name))["why"] == "no-answer"
    assert (await carol.event("request_gone", request=ignored))["why"] == "expired"
    assert (await carol.refusal("accept", request=ignored)).code == "no_such_request"
