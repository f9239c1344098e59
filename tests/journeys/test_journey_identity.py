"""Who one is outlives the program: in a real keychain, or in a file under a passphrase."""

import signal
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio

from tests.journeys import keyring_bus
from tests.journeys.conftest import MakeClient
from tests.journeys.keyring_bus import KeyringBus
from tests.journeys.programs import Client, Server
from tests.journeys.steps import open_conversation, say

WHO = ("name", "account_key", "device_id", "key_store")


@pytest_asyncio.fixture
async def bus(tmp_path: Path, ends: AsyncExitStack) -> KeyringBus:
    if keyring_bus.missing():
        pytest.skip(f"not installed: {keyring_bus.missing()}")
    bus = KeyringBus(tmp_path / "keyring")
    ends.push_async_callback(bus.close)
    return await bus.start()


async def _who(client: Client) -> list[str]:
    status = await client.do("status")
    return [status[name] for name in WHO]


async def test_a_keychain_keeps_it(
    server: Server, bus: KeyringBus, start: MakeClient, bob: Client
) -> None:
    alice = await start(
        "alice",
        server_url=server.url,
        passphrase=None,
        environment={"DBUS_SESSION_BUS_ADDRESS": bus.address},
    )
    await alice.sign_up("alice")
    who = await _who(alice)
    assert who[3] == "os-keychain:SecretService"
    await open_conversation(alice, bob)
    await say(alice, bob, "Hi.")
    assert await alice.end_input() == 0
    await bob.event("closed")

    await bus.close()
    await bus.start()
    alice.environment = {"DBUS_SESSION_BUS_ADDRESS": bus.address}
    await alice.start()
    await alice.reachable()
    assert await _who(alice) == who
    await open_conversation(bob, alice)


async def test_a_keychain_that_is_away_is_named_and_nothing_is_overwritten(
    server: Server, bus: KeyringBus, start: MakeClient
) -> None:
    keychain = {"DBUS_SESSION_BUS_ADDRESS": bus.address}
    alice = await start("alice", server_url=server.url, passphrase=None, environment=keychain)
    await alice.sign_up("alice")
    who = await _who(alice)
    await alice.end_input()

    alice.environment = {}
    await alice.start()
    said = await alice.event("notice")
    assert said["code"].startswith("keychain_")
    assert "SecretService" in said["say"]
    await alice.ended()

    alice.environment = keychain
    await alice.start()
    await alice.reachable()
    assert await _who(alice) == who


@pytest.mark.parametrize("how", [None, signal.SIGTERM])
async def test_a_keychain_that_does_not_answer_does_not_keep_the_program(
    bus: KeyringBus, start: MakeClient, how: signal.Signals | None
) -> None:
    bus.freeze()
    alice = await start(
        "alice", passphrase=None, environment={"DBUS_SESSION_BUS_ADDRESS": bus.address}
    )
    assert await (alice.end_input() if how is None else alice.stop(how)) == 0


async def test_a_passphrase_keeps_it(server: Server, alice: Client) -> None:
    who = await _who(alice)
    assert who[3] == "passphrase"
    await alice.end_input()

    right, alice.passphrase = alice.passphrase, None
    await alice.start()
    status = await alice.do("status")
    assert (status["name"], status["key_store"]) == (None, "passphrase")
    assert (await alice.refusal("ask", name="bob")).code == "locked"
    refused = await alice.refusal("unlock", passphrase="wrong")
    assert (refused.code, refused.say) == ("wrong_passphrase", "That passphrase did not work.")
    assert (await alice.refusal("create_account", name="eve", server=server.url)).code
    await alice.do("unlock", passphrase=right)
    await alice.reachable()
    assert await _who(alice) == who


async def test_without_a_keychain_a_passphrase_is_asked_for(
    server: Server, start: MakeClient
) -> None:
    alice = await start("alice", server_url=server.url, passphrase=None)
    refused = await alice.refusal("create_account", name="alice", server=server.url)
    assert refused.code == "passphrase_needed"
    assert refused.say.endswith(".")
    await alice.do("unlock", passphrase="a passphrase")
    assert (await alice.do("create_account", name="alice", server=server.url))["key_store"] == (
        "passphrase"
    )
