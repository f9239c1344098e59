"""What one decides of the people one knows, with whole cores and a real server."""

import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.fakes.memory_keychain import MemoryKeychain
from tests.session.nodes import Person, Server, know, person, talk
from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.qr_text import parse_statement_qr
from whisp_desktop.session import commands
from whisp_desktop.session.events import (
    Closed,
    ContactsChanged,
    Notice,
    Requested,
    RequestEnd,
    RequestGone,
    SessionEnd,
)


def _name() -> str:
    return f"a{secrets.token_hex(6)}"


@pytest_asyncio.fixture
async def two(server: Server, tmp_path: Path) -> AsyncIterator[tuple[Person, Person]]:
    """Two who talk."""
    async with (
        person(_name(), tmp_path, server.url) as alice,
        person(_name(), tmp_path, server.url) as bob,
    ):
        await alice.register()
        await bob.register()
        await talk(alice, bob)
        await know(alice, 1)
        await know(bob, 1)
        yield alice, bob


async def _leave(alice: Person, bob: Person) -> None:
    await alice.node.do(commands.Leave(bob.name))
    await alice.hear(Closed)
    await bob.hear(Closed)


async def _refused(doing: Person, command: commands.Command[object]) -> str:
    with pytest.raises(RefusedError) as refused:
        await doing.node.do(command)
    assert refused.value.say.endswith(".")
    return refused.value.code


async def test_a_contact_is_shown_and_asked_under_another_name(two: tuple[Person, Person]) -> None:
    alice, bob = two
    assert await _refused(alice, commands.Rename(bob.name, "Robert")) == "busy"
    await _leave(alice, bob)
    await alice.node.do(commands.Rename(bob.name, " Robert B. "))
    await alice.hear(ContactsChanged)
    (contact,) = await alice.node.do(commands.GetContacts())
    assert (contact.name, contact.petname) == (bob.name, "Robert B.")
    await alice.node.do(commands.Rename("Robert B.", "Robert B."))
    await bob.node.do(commands.Ask(alice.name))
    assert (await alice.hear(Requested)).name == "Robert B."
    assert await _refused(alice, commands.Rename("Robert B.", "Bob")) == "busy"
    assert await _refused(alice, commands.Remove(bob.name)) == "busy"


async def test_a_name_that_cannot_be_shown_is_refused(two: tuple[Person, Person]) -> None:
    alice, bob = two
    await _leave(alice, bob)
    for petname in ("", " ", "a\nb", "\u202ebob", "x" * 65, "\u200d", "é" * 33):
        assert await _refused(alice, commands.Rename(bob.name, petname)) == "bad_petname"


async def test_a_name_is_one_contacts_alone(
    two: tuple[Person, Person], server: Server, tmp_path: Path
) -> None:
    alice, bob = two
    await _leave(alice, bob)
    async with person(_name(), tmp_path, server.url) as carol:
        await carol.register()
        await talk(alice, carol)
        await know(alice, 2)
        await _leave(alice, carol)
        assert await _refused(alice, commands.Rename(bob.name, carol.name)) == "name_in_use"


async def test_both_compare_one_number_and_verify_each_other(two: tuple[Person, Person]) -> None:
    alice, bob = two
    safety = await alice.node.do(commands.GetSafety(bob.name))
    assert not safety.verified
    number = safety.safety_number
    assert number == (await bob.node.do(commands.GetSafety(alice.name))).safety_number
    card = Card.parse(parse_statement_qr(safety.qr))
    assert card.username == alice.name
    changed = f"{(int(number[0]) + 1) % 10}{number[1:]}"
    for wrong in (changed, number[:-1], "", "é" * 60):
        assert await _refused(alice, commands.Verify(bob.name, wrong)) == "safety_mismatch"
    assert not (await alice.node.do(commands.GetSafety(bob.name))).verified
    grouped = " ".join(number[at : at + 5] for at in range(0, 60, 5))
    await alice.node.do(commands.Verify(bob.name, grouped))
    (contact,) = await alice.node.do(commands.GetContacts())
    assert contact.verified
    assert (await alice.node.do(commands.GetSafety(bob.name))).verified


async def test_who_is_removed_shares_no_key_any_more(two: tuple[Person, Person]) -> None:
    alice, bob = two
    await _leave(alice, bob)
    (contact,) = alice.node._own.book.contacts
    keys = [each.key for device in contact.devices.values() for each in device.pair_keys.kept]
    assert keys
    await alice.node.do(commands.Remove(bob.name))
    await alice.hear(ContactsChanged)
    assert all(key.closed for key in keys)
    assert await alice.node.do(commands.GetContacts()) == ()
    await bob.node.do(commands.Ask(alice.name))
    assert (await alice.hear(Requested)).how == "name"


async def test_who_is_unblocked_is_heard_again(two: tuple[Person, Person]) -> None:
    alice, bob = two
    await _leave(alice, bob)
    await bob.node.do(commands.Ask(alice.name))
    await alice.node.do(commands.Block((await alice.hear(Requested)).request))
    (contact,) = await alice.node.do(commands.GetContacts())
    assert contact.blocked
    assert await _refused(alice, commands.Ask(bob.name)) == "blocked"
    await bob.node.do(commands.Leave(alice.name))
    await alice.node.do(commands.Unblock(bob.name))
    (contact,) = await alice.node.do(commands.GetContacts())
    assert not contact.blocked
    await bob.node.do(commands.Ask(alice.name))
    assert (await alice.hear(Requested)).how == "contact"


async def test_blocking_in_the_middle_of_a_conversation_ends_it(two: tuple[Person, Person]) -> None:
    alice, bob = two
    (contact,) = alice.node._own.book.contacts
    keys = [each.key for device in contact.devices.values() for each in device.pair_keys.kept]
    assert keys
    await alice.node.do(commands.BlockContact(bob.name))
    closed = await alice.hear(Closed)
    assert (closed.peer, closed.why, closed.by_me) == (bob.name, SessionEnd.LEFT, True)
    await bob.hear(Closed)
    await alice.hear(ContactsChanged)
    (entry,) = await alice.node.do(commands.GetContacts())
    assert entry.blocked
    assert all(key.closed for key in keys)
    assert await _refused(alice, commands.Ask(bob.name)) == "blocked"
    await alice.node.do(commands.Unblock(bob.name))
    await alice.node.do(commands.Ask(bob.name))
    assert (await bob.hear(Requested)).name == alice.name


async def test_blocking_takes_a_waiting_request_away(two: tuple[Person, Person]) -> None:
    alice, bob = two
    await _leave(alice, bob)
    await bob.node.do(commands.Ask(alice.name))
    request = (await alice.hear(Requested)).request
    await alice.node.do(commands.BlockContact(bob.name))
    assert await alice.hear(RequestGone) == RequestGone(request, RequestEnd.EXPIRED)
    assert await _refused(alice, commands.Accept(request)) == "no_such_request"


async def test_a_stranger_under_the_name_of_a_blocked_contact_is_told_of_until_there_is_none(
    two: tuple[Person, Person], server: Server, tmp_path: Path
) -> None:
    alice, bob = two
    await _leave(alice, bob)
    (contact,) = alice.node._own.book.contacts
    async with person(_name(), tmp_path, server.url) as carol:
        await carol.register()
        contact.username = carol.name  # as if bob's name had come free, and carol had taken it
        await alice.node.do(commands.BlockContact(bob.name))
        await carol.node.do(commands.Ask(alice.name))
        notice = await alice.hear(Notice)
        assert notice.code == "key_changed"
        assert f"Somebody asked as {carol.name}, but not with the key" in notice.say
        assert f"Ask {bob.name} in another way, not here." in notice.say
        assert await _contacts(alice) == [bob.name]
        await carol.node.do(commands.Leave(alice.name))
        await alice.node.do(commands.Remove(bob.name))
        await carol.node.do(commands.Ask(alice.name))
        assert (await alice.hear(Requested)).name == carol.name
        assert not [each for each in alice.told if isinstance(each, Requested)][1:]


async def test_a_stranger_whose_name_another_contact_was_given_is_told_of(
    two: tuple[Person, Person], server: Server, tmp_path: Path
) -> None:
    alice, bob = two
    await _leave(alice, bob)
    async with person(_name(), tmp_path, server.url) as carol:
        await carol.register()
        await alice.node.do(commands.Rename(bob.name, carol.name))
        await carol.node.do(commands.Ask(alice.name))
        notice = await alice.hear(Notice)
        assert f"You call another contact {carol.name}. Rename that contact first" in notice.say
        await carol.node.do(commands.Leave(alice.name))
        await alice.node.do(commands.Rename(carol.name, "Bob"))
        await carol.node.do(commands.Ask(alice.name))
        assert (await alice.hear(Requested)).name == carol.name


async def _contacts(somebody: Person) -> list[str]:
    return [each.petname for each in await somebody.node.do(commands.GetContacts())]


async def test_nobody_of_that_name(server: Server, tmp_path: Path) -> None:
    about_nobody: tuple[commands.Command[object], ...] = (
        commands.Rename("nobody", "somebody"),
        commands.Remove("nobody"),
        commands.BlockContact("nobody"),
        commands.Unblock("nobody"),
        commands.GetSafety("nobody"),
        commands.Verify("nobody", "1" * 60),
        commands.VerifyCard("nobody", "W1:"),
        commands.GetChangedKey("nobody"),
        commands.TakeChangedKey("nobody"),
        commands.KeepKnownKey("nobody"),
    )
    async with person(_name(), tmp_path, server.url) as alice:
        await alice.register()
        for command in about_nobody:
            assert await _refused(alice, command) == "no_such_contact"


async def test_a_history_is_empty_where_there_is_no_account(tmp_path: Path) -> None:
    async with person(_name(), tmp_path, None, MemoryKeychain()) as alice:
        assert await alice.node.do(commands.GetHistory("bob")) == ()
