"""A node opens its profile, keeps its keys where they are, and has a way out of each trouble."""

import asyncio
import secrets
import threading
from pathlib import Path

import pytest

from tests.fakes.memory_keychain import MemoryKeychain
from tests.session.nodes import Person, Server, person
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.session import commands, key_care
from whisp_desktop.session.commands import Command
from whisp_desktop.session.device_commands import ChangePassphrase, MoveKeys, SetAside
from whisp_desktop.session.events import Notice, ServerChanged

NOWHERE = "http://127.0.0.1:1"


def _name() -> str:
    return f"a{secrets.token_hex(6)}"


async def _refused(doing: Person, command: Command[object]) -> RefusedError:
    with pytest.raises(RefusedError) as refused:
        await doing.node.do(command)
    return refused.value


async def test_a_lost_book_is_told_and_after_a_yes_the_server_knows_the_account(
    server: Server, tmp_path: Path
) -> None:
    keychain, name = MemoryKeychain(), _name()
    async with person(name, tmp_path, server.url, keychain) as alice:
        await alice.register()
        before = (await alice.node.do(commands.GetStatus())).account
    (tmp_path / name / "book.sealed").write_bytes(b"damaged")
    async with person(name, tmp_path, server.url, keychain) as again:
        notice = await again.hear(Notice)
        assert notice.code == "file_damaged"
        assert "“book.sealed” is damaged" in notice.say
        assert (await _refused(again, commands.GetStatus())).say == notice.say
        assert (await _refused(again, commands.CreateAccount(name, ""))).code == "file_damaged"
        assert await again.node.do(SetAside()) == "book.sealed.damaged-1"
        assert (await again.node.do(commands.GetStatus())).profile == "new"
        assert await again.node.do(commands.CreateAccount(name, "")) == before
        assert (await again.hear(ServerChanged)).connected
        assert (await _refused(again, SetAside())).code == "nothing_to_set_aside"
    async with person(name, tmp_path, None, keychain) as once_more:
        assert (await once_more.node.do(commands.GetStatus())).account == before


async def test_keys_that_are_lost_are_told_and_the_profile_can_be_set_aside(
    server: Server, tmp_path: Path
) -> None:
    keychain, name = MemoryKeychain(), _name()
    async with person(name, tmp_path, server.url, keychain) as alice:
        await alice.register()
        kept = (tmp_path / name / "book.sealed").read_bytes()
    keychain.entries.clear()
    async with person(name, tmp_path, server.url, keychain) as again:
        notice = await again.hear(Notice)
        assert notice.code == "entry_lost"
        assert "recovery sheet" in notice.say
        assert await again.node.do(SetAside()) == "set-aside-1"
        assert (tmp_path / name / "set-aside-1" / "book.sealed").read_bytes() == kept
        assert await _code(again, commands.CreateAccount(name, "")) == "name_taken"
        await again.node.do(commands.CreateAccount(_name(), ""))


async def _code(doing: Person, command: Command[object]) -> str:
    return (await _refused(doing, command)).code


async def test_a_keychain_that_is_wiped_gets_the_keys_back_when_whisp_closes(
    server: Server, tmp_path: Path
) -> None:
    keychain, name = MemoryKeychain(), _name()
    async with person(name, tmp_path, server.url, keychain) as alice:
        await alice.register()
        keychain.entries.clear()
    assert [each.code for each in alice.told if isinstance(each, Notice)] == ["keys_put_back"]
    async with person(name, tmp_path, None, keychain) as again:
        assert (await again.node.do(commands.GetStatus())).profile == "open"


async def test_and_while_it_runs(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_care, "_BETWEEN_LOOKS_S", 0.01)
    keychain = MemoryKeychain()
    async with person(_name(), tmp_path, server.url, keychain) as alice:
        await alice.register()
        for _ in range(2):
            keychain.entries.clear()
            assert (await alice.hear(Notice)).code == "keys_put_back"
            assert len(keychain.entries) == 1


async def test_where_it_does_not_take_them_back_it_is_told_once(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(MemoryKeychain):
        is_full = False

        def write(self, entry: str, value: Secret) -> None:
            if self.is_full:
                raise RefusedError("keychain_failing", "The keychain (Memory) failed.")
            super().write(entry, value)

    monkeypatch.setattr(key_care, "_BETWEEN_LOOKS_S", 0.01)
    keychain, name = Full(), _name()
    async with person(name, tmp_path, server.url, keychain) as alice:
        await alice.register()
        keychain.is_full = True
        keychain.entries.clear()
        lost = await alice.hear(Notice)
        assert lost.code == "entry_lost"
        assert "before you close Whisp" in lost.say
        assert await alice.node.do(MoveKeys("passphrase", Secret(b"horse"))) == "passphrase"
    assert [each.code for each in alice.told if isinstance(each, Notice)] == ["entry_lost"]
    async with person(name, tmp_path, None, keychain) as again:
        await again.node.do(commands.Unlock(Secret(b"horse")))
        assert (await again.node.do(commands.GetStatus())).profile == "open"


async def test_keys_move_and_passphrases_change_and_are_wiped(
    server: Server, tmp_path: Path
) -> None:
    keychain, name = MemoryKeychain(), _name()
    words = [Secret(each) for each in (b"horse", b"horse", b"battery", b"wrong", b"staple")]
    async with person(name, tmp_path, server.url, keychain) as alice:
        assert await _code(alice, MoveKeys("keychain")) == "no_keys"
        await alice.register()
        assert await _code(alice, MoveKeys("keychain")) == "already_there"
        assert await _code(alice, MoveKeys("cellar")) == "bad_field"
        assert await _code(alice, MoveKeys("passphrase")) == "passphrase_bad"
        assert await alice.node.do(MoveKeys("passphrase", words[0])) == "passphrase"
        await alice.node.do(ChangePassphrase(words[1], words[2]))
        assert await _code(alice, ChangePassphrase(words[3], words[4])) == "wrong_passphrase"
        assert all(each.closed for each in words)
        account = (await alice.node.do(commands.GetStatus())).account
        assert account is not None
        assert account.key_store == "passphrase"
        assert keychain.entries == {}
    async with person(name, tmp_path, None, keychain) as again:
        assert (await again.node.do(commands.GetStatus())).profile == "locked"
        await again.node.do(commands.Unlock(Secret(b"battery")))
        assert await again.node.do(MoveKeys("keychain")) == "os-keychain:Memory"


async def test_what_a_move_has_left_is_destroyed_after_the_next_start(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keychain, name = MemoryKeychain(), _name()
    async with person(name, tmp_path, server.url, keychain) as alice:
        await alice.register()
        keychain.locked = True
        assert await alice.node.do(MoveKeys("passphrase", Secret(b"horse"))) == "passphrase"
    assert len(keychain.entries) == 1
    keychain.locked = False
    monkeypatch.setattr(key_care, "_BETWEEN_LOOKS_S", 0.01)
    async with person(name, tmp_path, None, keychain) as again:
        await again.node.do(commands.Unlock(Secret(b"horse")))
        async with asyncio.timeout(20):
            while keychain.entries:  # noqa: ASYNC110 -- another thread empties it
                await asyncio.sleep(0.01)


async def test_a_keychain_that_does_not_answer_is_told_and_can_be_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Silent(MemoryKeychain):
        def __init__(self) -> None:
            super().__init__()
            self.let_go = threading.Event()

        def write(self, entry: str, value: Secret) -> None:
            assert self.let_go.wait(20)
            super().write(entry, value)

    monkeypatch.setattr(key_care, "_SAY_AFTER_S", 0.01)
    keychain = Silent()
    alice = Person("alice", tmp_path / "alice", NOWHERE, keychain)
    running = asyncio.create_task(alice.node.run())
    waiting = await alice.hear(Notice)
    assert waiting.code == "keychain_waiting"
    assert waiting.say.endswith("If it asks you something, answer it.")
    await alice.node.close()
    async with asyncio.timeout(20):
        await running
    keychain.let_go.set()
