"""Two people talk, and it is gone."""

from tests.journeys.programs import Client
from tests.journeys.steps import open_conversation, say, texts, wait_for_history


async def test_two_people_meet_talk_and_leave(alice: Client, bob: Client) -> None:
    me = await alice.do("status")
    found = await alice.do("look_up", name="bob")
    assert found["reachable"]
    assert not found["verified"]
    await alice.do("ask", name="bob")
    request = await bob.event("request")
    assert request["name"] == "alice"
    assert request["account_key"] == me["account_key"]
    assert request["how"] == "name"
    assert request["safety_number"] == found["safety_number"]
    assert len(found["safety_number"]) == 60
    await bob.do("accept", request=request["request"])
    assert await alice.event("open") == {
        "event": "open",
        "peer": "bob",
        "route": "direct",
        "verified": False,
        "post_quantum": True,
    }
    assert (await bob.event("open"))["peer"] == "alice"
    steps = [each["step"] for each in alice.events if each["event"] == "connecting"]
    assert steps == ["asking", "agreeing", "connecting", "securing"]
    await say(alice, bob, "Hi Bob.")
    await say(bob, alice, "Hi Alice.")
    assert await texts(alice, "bob") == await texts(bob, "alice") == ["Hi Bob.", "Hi Alice."]
    await bob.do("leave", peer="alice")
    assert (await alice.event("closed", bound_s=3))["why"] == "left"
    assert (await bob.event("closed"))["why"] == "left"
    assert await texts(alice, "bob") == await texts(bob, "alice") == []
    assert (await alice.do("status"))["sessions"] == []


async def test_a_long_text_just_before_leaving_still_arrives(alice: Client, bob: Client) -> None:
    await open_conversation(alice, bob)
    for _ in range(3):
        await alice.give("send", peer="bob", text="x" * 12_000)
    await alice.give("leave", peer="bob")
    for _ in range(3):
        assert len((await bob.event("message"))["text"]) == 12_000
    assert (await bob.event("closed"))["why"] == "left"


async def test_many_messages_keep_their_order_both_ways(alice: Client, bob: Client) -> None:
    await open_conversation(alice, bob)
    said = {
        client: [f"{name} {n}" for n in range(100)] for client, name in ((alice, "a"), (bob, "b"))
    }
    for from_alice, from_bob in zip(said[alice], said[bob], strict=True):
        await alice.give("send", peer="bob", text=from_alice)
        await bob.give("send", peer="alice", text=from_bob)
    for reader, writer in ((alice, bob), (bob, alice)):
        heard = [(await reader.event("message"))["text"] for _ in range(100)]
        assert heard == said[writer]


async def test_a_message_with_a_timer_goes_on_both_sides(alice: Client, bob: Client) -> None:
    await open_conversation(alice, bob)
    await say(bob, alice, "This stays.")
    message = await say(alice, bob, "This goes.", lifetime_s=5)
    entry = (await alice.do("history", peer="bob"))["history"][1]
    assert entry["state"] == "seen"
    assert 0 < entry["left_s"] <= 5
    for client, peer in ((alice, "bob"), (bob, "alice")):
        gone = await client.event("gone", bound_s=7, message=message)
        assert (gone["peer"], gone["why"]) == (peer, "expired")
        assert await texts(client, peer) == ["This stays."]


async def test_the_timer_of_a_conversation_is_the_same_for_both(alice: Client, bob: Client) -> None:
    await open_conversation(alice, bob)
    await alice.do("set_timer", peer="bob", lifetime_s=5)
    assert (await bob.event("notice", code="timer_changed"))["say"].startswith("alice set")
    sent = await bob.do("send", peer="alice", text="short")
    assert (await alice.event("message"))["lifetime_s"] == 5
    await bob.event("gone", bound_s=7, message=sent["message"], why="expired")
    await alice.do("set_timer", peer="bob", lifetime_s=None)
    await bob.event("notice", code="timer_changed")
    await say(bob, alice, "long")
    assert (await alice.do("history", peer="bob"))["history"][0]["lifetime_s"] is None


async def test_an_own_message_is_deleted_on_both_sides(alice: Client, bob: Client) -> None:
    await open_conversation(alice, bob)
    message = await say(alice, bob, "Oh no.")
    assert (await bob.refusal("delete", peer="alice", message=message)).code
    await alice.do("delete", peer="bob", message=message)
    for client in (alice, bob):
        await client.event("gone", message=message, why="deleted")
    await wait_for_history(bob, "alice", [])


async def test_marks_show_where_both_want_them(alice: Client, bob: Client) -> None:
    await open_conversation(alice, bob)
    await bob.do("marks", typing=False, seen=False)
    await say_unseen(alice, bob)
    await bob.do("marks", typing=False, seen=True)
    await say(alice, bob, "seen")
    assert not [each for each in alice.events if each["event"] == "seen"]


async def say_unseen(sender: Client, reader: Client) -> None:
    """What was seen is not shown; a receipt still starts the timer."""
    sent = await sender.do("send", peer="bob", text="not shown", lifetime_s=5)
    await reader.event("message", message=sent["message"])
    await sender.event("gone", bound_s=7, message=sent["message"])


FAMILY = "\u200d".join("\U0001f468\U0001f469\U0001f467\U0001f466")
EDGES = (
    "x",
    "x" * 12_000,
    "\u20ac" * 4_000,
    FAMILY,
    "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
    "".join(map(chr, range(32))) + "\x7f\x9b\u202e\u2066\u2069\u2028\ufeff",
    "e" + "\u0301" * 500,
    "\U0010ffff",
    "<b>&amp;</b> [x](https://example.org) %s {0}",
)


async def test_texts_arrive_as_they_were_written(alice: Client, bob: Client) -> None:
    await open_conversation(alice, bob)
    for text in EDGES:
        await say(alice, bob, text)
    assert await texts(alice, "bob") == await texts(bob, "alice") == list(EDGES)


async def test_texts_that_cannot_be_sent_are_refused_in_words(alice: Client, bob: Client) -> None:
    await open_conversation(alice, bob)
    for text, code in (
        ("", "text_empty"),
        ("x" * 12_001, "text_too_long"),
        ("\u20ac" * 4_001, "text_too_long"),
    ):
        refused = await alice.refusal("send", peer="bob", text=text)
        assert refused.code == code
        assert refused.say.endswith(".")
    assert (await alice.refusal("send", peer="bob", text="x", lifetime_s=7)).code == "bad_lifetime"
    assert (await alice.refusal("send", peer="carol", text="x")).code == "not_connected"
    assert await texts(alice, "bob") == []
    await say(alice, bob, "still here")


async def test_the_ring_is_bounded_and_says_so(alice: Client, bob: Client) -> None:
    await open_conversation(alice, bob)
    for number in range(503):
        await alice.give("send", peer="bob", text=str(number))
    for client in (alice, bob):
        for _ in range(3):
            await client.event("gone", why="evicted")
    await wait_for_history(bob, "alice", [str(number) for number in range(3, 503)])
