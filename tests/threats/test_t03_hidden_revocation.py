"""T3: a server that hides a revocation, or brings back a list of devices that is over."""

from pathlib import Path

import pytest

from tests.session.nodes import talk
from tests.session.town import enroll
from tests.threats.scene import before, defy, has_heard, is_not_heard, revoke
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.session import commands, device_commands
from whisp_desktop.session.events import Closed, SessionEnd


async def test_what_is_hidden_travels_in_a_running_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with before(tmp_path, "hides", "alice", "laptop", "bob", "carol") as people:
        alice, laptop, bob, carol = people
        for each in (alice, bob, carol):
            await each.register()
        await enroll(alice, laptop)
        defy(laptop, monkeypatch)
        await talk(alice, bob)
        await revoke(alice, laptop)
        await has_heard(bob, alice, laptop)
        assert (await carol.node.do(commands.LookUp("alice"))).devices == 2
        await is_not_heard(laptop, bob, control=carol)


async def test_what_is_hidden_overtakes_at_the_next_contact(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with before(tmp_path, "hides", "alice", "laptop", "bob", "carol") as people:
        alice, laptop, bob, carol = people
        for each in (alice, bob, carol):
            await each.register()
        await enroll(alice, laptop)
        defy(laptop, monkeypatch)
        await revoke(alice, laptop)
        await talk(laptop, bob)
        await talk(alice, bob)
        await laptop.hear(Closed)
        await has_heard(bob, alice, laptop)
        await is_not_heard(laptop, bob, control=carol)


async def test_an_older_list_brings_no_device_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("whisp_desktop.protocol.recovery._MEMORY_BYTES", 8 * 1024 * 1024)
    async with before(tmp_path, "goes_back", "alice", "anew", "bob", "carol") as people:
        alice, anew, bob, carol = people
        for each in (alice, bob, carol):
            await each.register()
        await talk(bob, alice)
        sheet = await alice.node.do(device_commands.MakeRecoverySheet(Secret(b"words")))
        await anew.node.do(device_commands.Recover(sheet.text, Secret(b"words"), ""))
        await talk(anew, bob)
        await anew.node.do(commands.Leave(bob.name))
        await bob.hear(Closed)
        assert (await carol.node.do(commands.LookUp("alice"))).devices == 1
        await is_not_heard(alice, bob, control=carol)
        await bob.node.do(commands.Ask("alice"))
        assert (await bob.hear(Closed)).why is SessionEnd.UNREACHABLE
