"""T31: a thief of one device, once its revocation was seen; his Whisp does not obey."""

from pathlib import Path

import pytest

from tests.session.nodes import talk
from tests.session.town import enroll
from tests.threats.scene import attendance, before, defy, has_heard, is_not_heard, revoke
from whisp_desktop.session import commands
from whisp_desktop.session.events import Closed, Opened, Requested, SessionEnd


async def test_who_sees_it_amid_a_conversation_hears_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with before(tmp_path, None, "alice", "laptop", "bob") as (alice, laptop, bob):
        for each in (alice, bob):
            await each.register()
        await enroll(alice, laptop)
        defy(laptop, monkeypatch)
        await talk(laptop, bob)
        await revoke(alice, laptop)
        assert attendance(bob).conversations.is_open("alice")
        assert (await bob.node.do(commands.LookUp("alice"))).devices == 1
        assert (await bob.hear(Closed)).why is SessionEnd.PROTOCOL
        assert (await laptop.hear(Closed)).why is SessionEnd.PROTOCOL


async def test_a_request_that_waits_is_not_answered_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with before(tmp_path, None, "alice", "laptop", "bob") as (alice, laptop, bob):
        for each in (alice, bob):
            await each.register()
        await enroll(alice, laptop)
        defy(laptop, monkeypatch)
        await talk(alice, bob)
        await alice.node.do(commands.Leave("bob"))
        await bob.hear(Closed)
        await laptop.node.do(commands.Ask("bob"))
        request = (await bob.hear(Requested)).request
        await revoke(alice, laptop)
        await bob.node.do(commands.LookUp("alice"))
        await has_heard(bob, alice, laptop)
        await bob.node.do(commands.Accept(request))
        assert (await bob.hear(Closed)).why is SessionEnd.UNREACHABLE
        assert not any(isinstance(event, Opened) for event in laptop.told)


async def test_it_is_forgotten_so_that_it_sees_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with before(tmp_path, "hides", "alice", "laptop", "bob", "carol") as people:
        alice, laptop, bob, carol = people
        for each in (alice, bob, carol):
            await each.register()
        await enroll(alice, laptop)
        defy(laptop, monkeypatch)
        await talk(laptop, bob)
        await laptop.node.do(commands.Leave("bob"))
        await bob.hear(Closed)
        await talk(alice, bob)
        contact = attendance(bob)._desk.circle.book.contacts.named("alice")
        assert contact is not None
        assert len(contact.devices) == 2
        await revoke(alice, laptop)
        await has_heard(bob, alice, laptop)
        assert len(contact.devices) == 1
        await is_not_heard(laptop, bob, control=carol)
