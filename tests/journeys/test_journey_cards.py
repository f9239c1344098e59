"""From a contact card to a talk with somebody whose key is known to be theirs."""

from tests.journeys.programs import Client
from tests.journeys.steps import open_conversation, say


async def test_a_card_scanned_in_person_makes_a_verified_talk(alice: Client, bob: Client) -> None:
    card = await bob.do("card")
    added = await alice.do("add", text=card["qr"])
    assert added["name"] == "bob"
    assert len(added["hosts"]) == 1
    mine, theirs = await open_conversation(alice, bob)
    assert (mine["verified"], theirs["verified"]) == (True, False)
    await say(alice, bob, "Hi.")
    (contact,) = (await alice.do("contacts"))["contacts"]
    assert (contact["verified"], contact["key_changed"]) == (True, False)


async def test_a_link_makes_a_contact_who_is_verified_by_the_number(
    alice: Client, bob: Client
) -> None:
    link = (await bob.do("card"))["link"]
    damaged = await alice.refusal("add", text=link[:-20])
    assert (damaged.code, damaged.say[-1]) == ("bad_card", ".")
    assert (await alice.do("contacts"))["contacts"] == []
    await alice.do("add", text=link)
    assert (await alice.refusal("add", text=link)).code == "known_already"
    assert (await bob.refusal("add", text=link)).code == "yourself"
    mine, _ = await open_conversation(alice, bob)
    assert not mine["verified"]
    number = (await bob.do("safety", name="alice"))["safety_number"]
    await alice.do("verify", name="bob", digits=number)
    assert (await alice.do("safety", name="bob"))["verified"]
    assert (await alice.refusal("changed_key", name="bob")).code == "no_changed_key"
