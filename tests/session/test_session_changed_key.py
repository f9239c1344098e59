"""A contact's account key changes: nothing is sent until the new one was looked at."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from tests.session.nodes import Person, Server, know, person, talk
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session import commands
from whisp_desktop.session.answers import ContactEntry
from whisp_desktop.session.events import Closed, KeyChanged, Opened, Requested, SessionEnd


@dataclass
class Scene:
    """Alice knows and verified `bob`; `new` goes by his name now, with another key."""

    alice: Person
    bob: Person
    new: Person

    async def contact(self) -> ContactEntry:
        (found,) = [
            each
            for each in await self.alice.node.do(commands.GetContacts())
            if each.name == self.new.name
        ]
        return found

    async def refusal(self, command: commands.Command[object]) -> str:
        with pytest.raises(RefusedError) as refused:
            await self.alice.node.do(command)
        assert refused.value.say.endswith(".")
        return refused.value.code

    async def change(self) -> None:
        """Have Alice hear of the new key."""
        await self.new.node.do(commands.Ask(self.alice.name))
        assert await self.alice.hear(KeyChanged) == KeyChanged(self.bob.name)


@pytest_asyncio.fixture
async def scene(server: Server, tmp_path: Path) -> AsyncIterator[Scene]:
    names = [f"{letter}{secrets.token_hex(6)}" for letter in "abc"]
    async with (
        person(names[0], tmp_path, server.url) as alice,
        person(names[1], tmp_path, server.url) as bob,
        person(names[2], tmp_path, server.url) as new,
    ):
        for each in (alice, bob, new):
            await each.register()
        await talk(alice, bob)
        await know(alice, 1)
        number = (await alice.node.do(commands.GetSafety(bob.name))).safety_number
        await alice.node.do(commands.Verify(bob.name, number))
        (contact,) = alice.node._own.book.contacts
        contact.username = new.name  # as if bob's name had come free, and another had taken it
        yield Scene(alice, bob, new)


async def _leave(scene: Scene) -> None:
    await scene.alice.node.do(commands.Leave(scene.bob.name))
    await scene.alice.hear(Closed)
    await scene.bob.hear(Closed)


async def test_a_knock_with_another_key_stops_writing_until_it_is_looked_at(scene: Scene) -> None:
    alice, name = scene.alice, scene.bob.name
    await scene.change()
    assert await scene.refusal(commands.Send(name, "Hi")) == "key_changed"
    await _leave(scene)
    assert await scene.refusal(commands.Ask(name)) == "key_changed"
    await scene.bob.node.do(commands.Ask(alice.name))
    request = (await alice.hear(Requested)).request
    assert await scene.refusal(commands.Accept(request)) == "key_changed"
    changed = await alice.node.do(commands.GetChangedKey(name))
    assert changed.verified
    assert changed.known_number == (await alice.node.do(commands.GetSafety(name))).safety_number
    assert changed.number_now != changed.known_number
    contact = await scene.contact()
    assert (contact.key_changed, contact.verified) == (True, True)
    await alice.node.do(commands.KeepKnownKey(name))
    await alice.node.do(commands.Accept(request))
    assert (await alice.hear(Opened)).verified


async def test_a_search_that_finds_another_key_stops_as_well(scene: Scene) -> None:
    await _leave(scene)
    scene.alice.node._attendance._desk.circle.lost()  # type: ignore[union-attr]
    assert await scene.refusal(commands.LookUp(scene.bob.name)) == "key_changed"
    assert await scene.refusal(commands.Ask(scene.bob.name)) == "key_changed"


async def test_it_is_kept_over_a_restart(scene: Scene) -> None:
    await scene.change()
    book = scene.alice.node._own.book
    again = type(book).decode(book.encode())
    (contact,) = again.contacts
    assert contact.changed_key == book.contacts.named(scene.bob.name).changed_key  # type: ignore[union-attr]
    assert contact.changed_key
    again.close()


async def test_the_new_key_can_be_taken_and_is_not_verified(scene: Scene) -> None:
    alice, name = scene.alice, scene.bob.name
    await scene.change()
    (known,) = alice.node._own.book.contacts
    keys = [each.key for device in known.devices.values() for each in device.pair_keys.kept]
    number_now = (await alice.node.do(commands.GetChangedKey(name))).number_now
    await alice.node.do(commands.TakeChangedKey(name))
    assert (await alice.hear(Closed)).why is SessionEnd.LEFT
    assert keys
    assert all(key.closed for key in keys)
    contact = await scene.contact()
    assert (contact.verified, contact.key_changed) == (False, False)
    assert (await alice.node.do(commands.GetSafety(name))).safety_number == number_now
    assert await scene.refusal(commands.TakeChangedKey(name)) == "no_changed_key"
    await scene.new.node.do(commands.Leave(alice.name))
    await scene.new.node.do(commands.Ask(alice.name))
    assert (await alice.hear(Requested)).name == name


@pytest.mark.parametrize("by_card", [False, True])
async def test_comparing_the_new_key_takes_and_verifies_it(scene: Scene, *, by_card: bool) -> None:
    alice, name = scene.alice, scene.bob.name
    await scene.change()
    changed = await alice.node.do(commands.GetChangedKey(name))
    card = (await scene.new.node.do(commands.GetCard())).qr
    right = (
        commands.VerifyCard(name, card) if by_card else commands.Verify(name, changed.number_now)
    )
    await alice.node.do(right)
    contact = await scene.contact()
    assert (contact.verified, contact.key_changed) == (True, False)
    number = (await alice.node.do(commands.GetSafety(name))).safety_number
    assert number == changed.number_now


async def test_comparing_the_known_key_keeps_it(scene: Scene) -> None:
    await scene.change()
    card = (await scene.bob.node.do(commands.GetCard())).qr
    await scene.alice.node.do(commands.VerifyCard(scene.bob.name, card))
    contact = await scene.contact()
    assert (contact.verified, contact.key_changed) == (True, False)
    assert contact.account_key == (await _account_key(scene.bob))


async def test_the_card_of_somebody_else_verifies_nobody(scene: Scene) -> None:
    card = (await scene.new.node.do(commands.GetCard())).qr
    wrong = commands.VerifyCard(scene.bob.name, card)
    assert await scene.refusal(wrong) == "safety_mismatch"
    await scene.change()
    before = await scene.contact()
    for text in ("W1:", (await scene.alice.node.do(commands.GetCard())).qr):
        refusal = await scene.refusal(commands.VerifyCard(scene.bob.name, text))
        assert refusal in {"bad_card", "safety_mismatch"}
    assert await scene.contact() == before


async def test_a_key_is_one_contacts_alone(scene: Scene) -> None:
    await scene.change()
    key = bytes.fromhex(await _account_key(scene.new))
    contacts = scene.alice.node._own.book.contacts
    contacts.add(key, "carol", (), 0)  # type: ignore[arg-type]
    taking = commands.TakeChangedKey(scene.bob.name)
    assert await scene.refusal(taking) == "key_in_use"
    assert len(contacts) == 2


async def test_who_is_blocked_is_not_written_to_under_the_new_key(scene: Scene) -> None:
    await scene.change()
    await scene.alice.node.do(commands.BlockContact(scene.bob.name))
    await scene.alice.node.do(commands.TakeChangedKey(scene.bob.name))
    assert (await scene.contact()).blocked
    assert await scene.refusal(commands.Ask(scene.bob.name)) == "blocked"
    async with asyncio.timeout(5):
        await scene.alice.hear(Closed)


async def _account_key(who: Person) -> str:
    account = (await who.node.do(commands.GetStatus())).account
    assert account is not None
    return account.account_key
