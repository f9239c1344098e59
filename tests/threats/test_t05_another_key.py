"""T5: a server that gives a contact's name to another key, found or asking."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.session.nodes import Person, talk
from tests.threats.scene import attendance, before, is_not_heard
from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session import commands
from whisp_desktop.session.events import Closed, Requested


async def test_another_key_is_noticed_and_gets_no_word(tmp_path: Path) -> None:
    async with before(tmp_path, "swaps", "alice", "mallory", "bob", "carol") as people:
        alice, mallory, bob, carol = people
        for each in (alice, bob, carol):
            await each.register()
        await talk(alice, bob)
        await alice.node.do(commands.Leave("bob"))
        await bob.hear(Closed)
        await mallory.register()
        assert (await carol.node.do(commands.LookUp("alice"))).reachable
        with pytest.raises(RefusedError) as refused:
            await bob.node.do(commands.LookUp("alice"))
        assert refused.value.code == "key_changed"
        _impersonate(mallory, "alice")
        await is_not_heard(mallory, bob, control=carol)
        assert not any(isinstance(event, Requested) for event in mallory.told)


def _impersonate(thief: Person, name: str) -> None:
    """Sign a card for somebody else's name, which the server lets through."""
    desk = attendance(thief)._desk
    old = desk.papers.card
    card = Card.issue(desk.keys.vouching, issued=old.issued, username=name, hosts=old.hosts)
    desk.papers = replace(desk.papers, card=card)
