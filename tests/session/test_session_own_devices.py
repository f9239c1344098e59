"""The devices of one account: the list, and what follows when one of them is revoked."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.fakes.memory_keychain import MemoryKeychain
from tests.fakes.patience import until
from tests.session.nodes import Person, Server, person, talk
from tests.session.town import Town, enroll
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session import answers, commands, device_commands
from whisp_desktop.session.events import AccountEnded, Closed, Notice, SessionEnd


async def devices(who: Person) -> tuple[answers.DeviceEntry, ...]:
    return await who.node.do(device_commands.GetDevices())


async def refusal(who: Person, command: commands.Command[None]) -> str:
    with pytest.raises(RefusedError) as caught:
        await who.node.do(command)
    return caught.value.code


async def test_each_lists_the_other(town: Town) -> None:
    alice, laptop = await town.people("alice", "laptop")
    await alice.register()
    await enroll(alice, laptop)
    for here, there in ((alice, laptop), (laptop, alice)):
        this, other = await devices(here)
        assert (this.this, other.this) == (True, False)
        status = await there.node.do(commands.GetStatus())
        assert status.account
        assert other.device_id == status.account.device_id
    assert [each.holds_account_key for each in await devices(alice)] == [True, False]


async def test_a_name_is_kept_here_alone(town: Town) -> None:
    alice, laptop = await town.people("alice", "laptop")
    await alice.register()
    await enroll(alice, laptop)
    _, other = await devices(alice)
    await alice.node.do(device_commands.RenameDevice(other.device_id, " Old laptop "))
    assert (await devices(alice))[1].name == "Old laptop"
    assert (await devices(laptop))[0].name == "This computer"
    wrong = device_commands.RenameDevice(other.device_id, "\n")
    assert await refusal(alice, wrong) == "bad_petname"
    assert await refusal(alice, device_commands.RenameDevice("00", "x")) == "no_such_device"


async def test_a_revoked_device_is_cut_off_and_destroys_its_keys(town: Town) -> None:
    alice, laptop, bob = await town.people("alice", "laptop", "bob")
    for each in (alice, bob):
        await each.register()
    await enroll(alice, laptop)
    await talk(laptop, bob)
    _, other = await devices(alice)
    await alice.node.do(device_commands.Revoke(other.device_id, "stolen"))
    ended = await laptop.hear(AccountEnded)
    assert ended.code == "device_revoked"
    await bob.hear(Closed)
    assert (await laptop.node.do(commands.GetStatus())).profile == "new"
    assert not list((laptop.folder).glob("*.sealed"))
    assert (await devices(alice))[1].revoked == "stolen"
    assert (
        await refusal(alice, device_commands.Revoke(other.device_id, "lost")) == "already_revoked"
    )


async def test_a_device_that_may_not_revoke_is_told_so(town: Town) -> None:
    alice, laptop = await town.people("alice", "laptop")
    await alice.register()
    await enroll(alice, laptop, may_revoke=False)
    _, other = await devices(laptop)
    assert (
        await refusal(laptop, device_commands.Revoke(other.device_id, "lost")) == "may_not_revoke"
    )
    assert await refusal(laptop, device_commands.Revoke(other.device_id, "x")) == "bad_reason"
    assert await refusal(laptop, device_commands.DeleteAccount()) == "no_account_key"


async def test_a_deleted_account_is_over_on_every_device(town: Town) -> None:
    alice, laptop = await town.people("alice", "laptop")
    await alice.register()
    await enroll(alice, laptop)
    await alice.node.do(device_commands.DeleteAccount())
    for each in (alice, laptop):
        assert (await each.hear(AccountEnded)).code == "account_deleted"


async def test_a_revocation_while_the_server_is_away_is_brought_later(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    server = Server(tmp_path_factory.mktemp("server"))
    port = int(server.url.rpartition(":")[2])
    async with AsyncExitStack() as stack:
        town = Town(stack, tmp_path, server.url)
        alice, laptop = await town.people("alice", "laptop")
        await alice.register()
        await enroll(alice, laptop)
        _, other = await devices(alice)
        server.stop()
        await until(lambda: not alice.node._attendance.is_connected)
        assert await refusal(alice, device_commands.Revoke(other.device_id, "lost")) == (
            "server_unreachable"
        )
        assert (await devices(alice))[1].revoked == "lost"
        again = Server(server.folder, port)
        try:
            await alice.node.do(commands.Retry())
            await laptop.node.do(commands.Retry())
            assert (await laptop.hear(AccountEnded)).code == "device_revoked"
        finally:
            again.stop()


async def test_a_device_that_was_away_hears_of_its_end_when_it_comes(
    town: Town, server: Server, tmp_path: Path
) -> None:
    alice = await town.person("alice")
    await alice.register()
    keys = MemoryKeychain()
    async with person("laptop", tmp_path, server.url, keys) as laptop:
        await enroll(alice, laptop)
    _, other = await devices(alice)
    await alice.node.do(device_commands.Revoke(other.device_id, "lost"))
    async with person("laptop", tmp_path, server.url, keys) as laptop:
        assert (await laptop.hear(AccountEnded)).code == "device_revoked"
    assert not keys.entries


async def test_losing_a_device_with_the_account_key_ends_the_account(town: Town) -> None:
    alice, laptop, bob = await town.people("alice", "laptop", "bob")
    for each in (alice, bob):
        await each.register()
    await enroll(alice, laptop, holds=True)
    _, other = await devices(alice)
    await alice.node.do(device_commands.Revoke(other.device_id, "stolen"))
    assert (await alice.hear(Notice)).code == "account_ended"
    assert (await laptop.hear(AccountEnded)).code == "device_revoked"
    await bob.node.do(commands.Ask(alice.name))
    assert (await bob.hear(Closed)).why is SessionEnd.UNREACHABLE


async def test_retiring_a_device_with_the_account_key_does_not(town: Town) -> None:
    alice, laptop, bob = await town.people("alice", "laptop", "bob")
    for each in (alice, bob):
        await each.register()
    await enroll(alice, laptop, holds=True)
    _, other = await devices(alice)
    await alice.node.do(device_commands.Revoke(other.device_id, "retired"))
    assert (await laptop.hear(AccountEnded)).code == "device_revoked"
    await talk(bob, alice)
