"""Two whole cores over a real server and real UDP: requests, crossings, and what lies to them."""

import asyncio
import secrets
import time
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.memory_keychain import MemoryKeychain
from tests.session.nodes import Person, Server, person, talk
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.handshake import Responder
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.protocol.revocation import Reason, Revocation, RevocationKind
from whisp_desktop.protocol.server_messages import (
    Answered,
    Ended,
    How,
    Knocked,
    Seen,
    SeenId,
    SeenState,
    Spent,
    Why,
)
from whisp_desktop.session import commands
from whisp_desktop.session.events import (
    Arrived,
    Closed,
    Connecting,
    Notice,
    Opened,
    PresenceChanged,
    Requested,
    RequestEnd,
    RequestGone,
    ServerChanged,
    SessionEnd,
    Step,
)
from whisp_desktop.session.home_server import HomeServer
from whisp_desktop.transport.peer_link import PeerLink


def _name() -> str:
    return f"a{secrets.token_hex(6)}"


async def _refused(doing: Person, command: commands.Command[object]) -> str:
    with pytest.raises(RefusedError) as refused:
        await doing.node.do(command)
    return refused.value.code


async def test_two_talk_and_meet_again_as_contacts(server: Server, tmp_path: Path) -> None:
    async with (
        person(_name(), tmp_path, server.url) as alice,
        person(_name(), tmp_path, server.url) as bob,
    ):
        await alice.register()
        await bob.register()
        await talk(alice, bob)
        assert (await alice.hear(PresenceChanged)).state == "online"
        await alice.node.do(commands.Send(bob.name, "Hi Bob"))
        assert (await bob.hear(Arrived)).text.read() == "Hi Bob"
        await bob.node.do(commands.Leave(alice.name))
        assert (await alice.hear(Closed)).why is SessionEnd.LEFT
        assert await alice.node.do(commands.GetHistory(bob.name)) == ()
        await alice.node.do(commands.Ask(bob.name))
        request = await bob.hear(Requested)
        assert request.how == "contact"
        (contact,) = await alice.node.do(commands.GetContacts())
        assert (contact.name, contact.blocked) == (bob.name, False)


async def test_both_ask_at_once_and_one_conversation_opens(server: Server, tmp_path: Path) -> None:
    async with (
        person(_name(), tmp_path, server.url) as alice,
        person(_name(), tmp_path, server.url) as bob,
    ):
        await alice.register()
        await bob.register()
        await alice.node.do(commands.Ask(bob.name))
        await bob.node.do(commands.Ask(alice.name))
        await alice.hear(Opened)
        await bob.hear(Opened)
        await alice.node.do(commands.Send(bob.name, "at once"))
        assert (await bob.hear(Arrived)).text.read() == "at once"
        for side in (alice, bob):
            assert sum(isinstance(event, Opened) for event in side.told) == 1
            assert not [event for event in side.told if isinstance(event, Closed | Requested)]


async def test_asking_somebody_who_waits_already_is_a_yes(server: Server, tmp_path: Path) -> None:
    async with (
        person(_name(), tmp_path, server.url) as alice,
        person(_name(), tmp_path, server.url) as bob,
    ):
        await alice.register()
        await bob.register()
        await alice.node.do(commands.Ask(bob.name))
        request = await bob.hear(Requested)
        assert await bob.node.do(commands.Ask(alice.name)) == request.request
        await alice.hear(Opened)


async def test_work_for_the_server_is_told_at_sign_up_and_when_one_asks(
    server: Server, tmp_path: Path
) -> None:
    async with person(_name(), tmp_path, server.url) as alice:
        await alice.register()
        assert alice.fractions_done() == 1
        await alice.node.do(commands.Ask("nobody_here"))
        await alice.hear(Closed)
        assert alice.fractions_done() == 2


async def test_withdrawing_takes_the_request_away(server: Server, tmp_path: Path) -> None:
    async with (
        person(_name(), tmp_path, server.url) as alice,
        person(_name(), tmp_path, server.url) as bob,
    ):
        await alice.register()
        await bob.register()
        asked = await alice.node.do(commands.Ask(bob.name))
        request = await bob.hear(Requested)
        await alice.node.do(commands.Withdraw(asked))
        gone = await bob.hear(RequestGone)
        assert (gone.request, gone.why) == (request.request, RequestEnd.WITHDRAWN)
        closed = await alice.hear(Closed)
        assert (closed.why, closed.by_me) == (SessionEnd.LEFT, True)
        assert await _refused(bob, commands.Accept(request.request)) == "no_such_request"
        assert await _refused(alice, commands.Withdraw(asked)) == "no_such_request"


async def test_who_withdraws_after_the_yes_is_missed_at_once(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with (
        person(_name(), tmp_path, server.url) as alice,
        person(_name(), tmp_path, server.url) as bob,
    ):
        await alice.register()
        await bob.register()
        attendance = alice.node._attendance
        assert attendance is not None
        monkeypatch.setattr(attendance._askings, "answered", lambda _: None)
        asked = await alice.node.do(commands.Ask(bob.name))
        request = await bob.hear(Requested)
        await bob.node.do(commands.Accept(request.request))
        while (await bob.hear(Connecting)).step is not Step.CONNECTING:
            pass
        await alice.node.do(commands.Withdraw(asked))
        async with asyncio.timeout(5):
            assert (await bob.hear(Closed)) == Closed(alice.name, SessionEnd.LEFT, by_me=False)


async def test_who_withdraws_while_connecting_is_missed_at_once(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with (
        person(_name(), tmp_path, server.url) as alice,
        person(_name(), tmp_path, server.url) as bob,
    ):
        await alice.register()
        await bob.register()
        reached = asyncio.Event()

        async def connect(_: PeerLink, _route: bytes) -> None:
            reached.set()
            await asyncio.Event().wait()

        monkeypatch.setattr(PeerLink, "connect", connect)
        asked = await alice.node.do(commands.Ask(bob.name))
        await bob.node.do(commands.Accept((await bob.hear(Requested)).request))
        async with asyncio.timeout(10):
            await reached.wait()
        await alice.node.do(commands.Withdraw(asked))
        async with asyncio.timeout(5):
            assert (await bob.hear(Closed)) == Closed(alice.name, SessionEnd.LEFT, by_me=False)


async def _nothing(*_: object) -> None:
    """What a killed program says to the server."""


async def test_who_asks_anew_waits_once(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keychain, name = MemoryKeychain(), _name()
    async with person(_name(), tmp_path, server.url) as bob:
        await bob.register()
        async with person(name, tmp_path, server.url, keychain) as alice:
            await alice.register()
            await alice.node.do(commands.Ask(bob.name))
            first = await bob.hear(Requested)
            attendance = alice.node._attendance
            assert attendance is not None
            monkeypatch.setattr(attendance._desk.server, "withdraw", _nothing)
        async with person(name, tmp_path, server.url, keychain) as again:
            assert (await again.hear(ServerChanged)).connected
            await again.node.do(commands.Ask(bob.name))
            assert (await bob.hear(RequestGone)).request == first.request
            await bob.hear(Requested)
            await bob.node.do(commands.Ask(name))
            await again.hear(Opened)


async def test_who_is_blocked_is_not_heard_again(server: Server, tmp_path: Path) -> None:
    async with (
        person(_name(), tmp_path, server.url) as alice,
        person(_name(), tmp_path, server.url) as bob,
        person(_name(), tmp_path, server.url) as carol,
    ):
        for each in (alice, bob, carol):
            await each.register()
        await alice.node.do(commands.Ask(bob.name))
        await bob.node.do(commands.Block((await bob.hear(Requested)).request))
        await alice.node.do(commands.Leave(bob.name))
        await alice.node.do(commands.Ask(bob.name))
        await carol.node.do(commands.Ask(bob.name))
        assert (await bob.hear(Requested)).name == carol.name


async def test_nobody_is_reached_under_a_name_that_nobody_has(
    server: Server, tmp_path: Path
) -> None:
    async with person(_name(), tmp_path, server.url) as alice:
        await alice.register()
        found = await alice.node.do(commands.LookUp("nobody_here"))
        assert (found.reachable, found.safety_number) == (False, "")
        await alice.node.do(commands.Ask("nobody_here"))
        assert (await alice.hear(Closed)).why is SessionEnd.UNREACHABLE
        assert await _refused(alice, commands.Ask(alice.name)) == "yourself"
        assert await _refused(alice, commands.LookUp("No Name")) == "bad_name"


async def test_a_knock_that_is_wrong_is_met_with_silence(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Responder] = []
    read = Responder.read

    def noted(*args: Any, **named: Any) -> Responder:
        opened.append(read(*args, **named))
        return opened[-1]

    monkeypatch.setattr(Responder, "read", noted)
    async with (
        person(_name(), tmp_path, server.url) as alice,
        person(_name(), tmp_path, server.url) as bob,
    ):
        await alice.register()
        await bob.register()
        attendance = bob.node._attendance
        assert attendance is not None
        real: list[Knocked] = []
        take = attendance._doorman.knocked
        monkeypatch.setattr(attendance._doorman, "knocked", real.append)
        await alice.node.do(commands.Ask(bob.name))
        while not real:
            await alice.hear_nothing()
        (knock,) = real
        flipped = bytearray(knock.m1)
        flipped[2000] ^= 1
        for wrong in (
            Knocked(knock=bytes(16), username=alice.name, how=How.NAME, m1=bytes(4096)),
            Knocked(knock=bytes(16), username=alice.name, how=How.NAME, m1=bytes(flipped)),
            Knocked(knock=bytes(16), username="somebody", how=How.NAME, m1=knock.m1),
        ):
            take(wrong)
        assert alice.node._attendance is not None
        asker, asked = (each._doorman._desk for each in (alice.node._attendance, attendance))
        lost = Revocation.issue(
            asker.keys.device.signing,
            kind=RevocationKind.DEVICE,
            target=asker.papers.cert.device_id,
            issued=int(time.time()),
            reason=Reason.LOST,
            signer_cert=asker.papers.cert,
        )
        known = asked.circle.book.contacts.add(lost.account_key, alice.name, (), 0)
        known.statements = lost.statements
        take(knock)
        known.statements = b""
        assert len(opened) == 2
        assert not any(any(each._state._chaining_key) for each in opened)
        assert not [event for event in bob.told if isinstance(event, Requested)]
        take(knock)
        take(knock)
        assert len([event for event in bob.told if isinstance(event, Requested)]) == 1


async def test_news_of_nothing_that_is_known_change_nothing(server: Server, tmp_path: Path) -> None:
    async with person(_name(), tmp_path, server.url) as alice:
        await alice.register()
        attendance = alice.node._attendance
        assert attendance is not None
        heard = len(alice.told)
        attendance.pushed(Answered(bundle_id=bytes(8), m2=bytes(4096)))
        attendance.pushed(Ended(knock=bytes(16), why=Why.WITHDRAWN))
        attendance.pushed(Spent(bundle_id=bytes(8)))
        attendance.pushed(Seen(ids=(SeenId(bytes(16), SeenState.HERE),)))
        assert len(alice.told) == heard


async def test_a_name_that_is_taken_can_be_chosen_anew(server: Server, tmp_path: Path) -> None:
    async with (
        person(_name(), tmp_path, server.url) as alice,
        person("other", tmp_path, server.url) as other,
    ):
        await alice.register()
        assert not await other.node.do(commands.CheckName(alice.name))
        taken = commands.CreateAccount(alice.name, "")
        assert await _refused(other, taken) == "name_taken"
        free = commands.CreateAccount(_name(), "")
        account = await other.node.do(free)
        assert account.name == free.name
        assert await _refused(other, commands.CreateAccount(_name(), "")) == "account_exists"


async def test_another_passphrase_counts_after_a_refused_name(
    server: Server, tmp_path: Path
) -> None:
    keychain, name = MemoryKeychain(), _name()
    keychain.locked = True

    def words(passphrase: bytes) -> commands.ChoosePassphrase:
        return commands.ChoosePassphrase(Secret(passphrase))

    async with (
        person(_name(), tmp_path, server.url) as alice,
        person(name, tmp_path, server.url, keychain) as other,
    ):
        await alice.register()
        assert await _refused(other, commands.CreateAccount(name, "")) == "passphrase_needed"
        await other.node.do(words(b"first"))
        assert await _refused(other, commands.CreateAccount(alice.name, "")) == "name_taken"
        await other.node.do(words(b"second"))
        await other.register()
        assert await _refused(other, words(b"third")) == "account_exists"
    async with person(name, tmp_path, server.url, keychain) as again:
        for wrong in (b"first", b"third"):
            assert await _refused(again, commands.Unlock(Secret(wrong))) == "wrong_passphrase"
        await again.node.do(commands.Unlock(Secret(b"second")))
        status = await again.node.do(commands.GetStatus())
        assert status.account is not None
        assert status.account.name == name


async def test_the_same_identity_comes_back(server: Server, tmp_path: Path) -> None:
    keychain, name = MemoryKeychain(), _name()
    async with person(name, tmp_path, server.url, keychain) as alice:
        await alice.register()
        before = (await alice.node.do(commands.GetStatus())).account
    async with person(name, tmp_path, None, keychain) as again:
        assert (await again.hear(ServerChanged)).connected
        status = await again.node.do(commands.GetStatus())
        assert status.account == before
        assert status.server_url == server.url


async def test_without_an_account_every_command_says_so(server: Server, tmp_path: Path) -> None:
    async with person(_name(), tmp_path, server.url) as alice:
        assert await _refused(alice, commands.GetContacts()) == "no_account"
        assert await _refused(alice, commands.CreateAccount("Not A Name", "")) == "bad_name"
    async with person(_name(), tmp_path, None) as bob:
        assert await _refused(bob, commands.CreateAccount("somebody", "")) == "no_server"
        assert await _refused(bob, commands.CreateAccount("somebody", "no host")) == "bad_server"


async def test_a_server_that_is_away_is_said_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("whisp_desktop.session.attendance.is_offline", lambda: False)
    monkeypatch.setattr("whisp_desktop.transport.server_link._SHORTEST_PAUSE_S", 60.0)
    keychain, name = MemoryKeychain(), _name()
    first = Server(tmp_path)
    port = int(first.url.rpartition(":")[2])
    async with person(name, tmp_path, first.url, keychain) as alice:
        await alice.register()
        first.stop()
        lost = await alice.hear(ServerChanged)
        assert not lost.connected
        assert lost.retry_at is not None
        assert await _refused(alice, commands.Ask("somebody")) == "server_unreachable"
        monkeypatch.setattr("whisp_desktop.session.attendance.is_offline", lambda: True)
        assert not lost.offline
        await alice.node.do(commands.Retry())
        assert (await alice.hear(ServerChanged)).offline
        second = Server(tmp_path, port)
        await alice.node.do(commands.Retry())
        while not (await alice.hear(ServerChanged)).connected:
            pass
        second.stop()


async def test_a_server_that_refuses_sign_in_is_told_of_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keychain, name = MemoryKeychain(), _name()
    first = Server(tmp_path)
    monkeypatch.setattr("whisp_desktop.transport.server_link._LONGEST_PAUSE_S", 0.01)

    async def refuse(_: HomeServer) -> None:
        raise RefusedError("server_version", "This server speaks version 2, this Whisp version 1.")

    async def lose_three_times(alice: Person) -> None:
        for _ in range(3):
            while (await alice.hear(ServerChanged)).connected:
                pass

    async with person(name, tmp_path, first.url, keychain) as alice:
        await alice.register()
        for notices in (1, 2):
            with monkeypatch.context() as refusing:
                refusing.setattr(HomeServer, "check", refuse)
                attendance = alice.node._attendance
                assert attendance is not None
                link = attendance._desk.server._link
                assert link is not None
                assert link._socket is not None
                await link._socket.close()
                await lose_three_times(alice)
            codes = [event.code for event in alice.told if isinstance(event, Notice)]
            assert codes == ["server_version"] * notices
            while not (await alice.hear(ServerChanged)).connected:
                pass
    first.stop()


async def test_a_certificate_near_its_end_is_renewed(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keychain, name = MemoryKeychain(), _name()
    async with person(name, tmp_path, server.url, keychain) as alice:
        await alice.register()
    monkeypatch.setattr("whisp_desktop.session.account.RENEW_S", 91 * 24 * 3600)
    async with person(name, tmp_path, server.url, keychain) as again:
        assert (await again.hear(ServerChanged)).connected
        attendance = again.node._attendance
        assert attendance is not None
        while attendance._desk.papers.manifest.epoch < 2:
            await again.hear_nothing()
        assert attendance._desk.papers.cert.epoch == 2
    assert not [event for event in again.told if isinstance(event, Notice)]
