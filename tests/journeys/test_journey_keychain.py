"""A real keychain is wiped, locked, killed or frozen under Whisp: what can be kept is not lost."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio

from tests.journeys import keyring_bus
from tests.journeys.conftest import MakeClient
from tests.journeys.keyring_bus import KeyringBus
from tests.journeys.programs import Client, Server
from tests.journeys.steps import open_conversation, say


@pytest_asyncio.fixture
async def bus(tmp_path: Path, ends: AsyncExitStack) -> KeyringBus:
    if keyring_bus.missing():
        pytest.skip(f"not installed: {keyring_bus.missing()}")
    bus = KeyringBus(tmp_path / "keyring")
    ends.push_async_callback(bus.close)
    return await bus.start()


@pytest_asyncio.fixture
async def kept(server: Server, bus: KeyringBus, start: MakeClient) -> Client:
    """Somebody whose keys are in the keychain."""
    environment = {"DBUS_SESSION_BUS_ADDRESS": bus.address}
    client = await start("kept", server_url=server.url, passphrase=None, environment=environment)
    await client.sign_up("kept")
    return client


async def _who(client: Client) -> str:
    status = await client.do("status")
    return f"{status['account_key']} {status['device_id']}"


async def test_wiped_while_whisp_runs_it_gets_the_keys_back(
    kept: Client, bus: KeyringBus, bob: Client
) -> None:
    who = await _who(kept)
    await open_conversation(kept, bob)
    bus.wipe()
    await say(kept, bob, "Still here.")
    assert await kept.end_input() == 0
    assert (await kept.event("notice"))["code"] == "keys_put_back"
    await kept.start()
    await kept.reachable()
    assert await _who(kept) == who


async def test_wiped_while_whisp_is_closed_is_told_and_nothing_is_replaced(
    kept: Client, bus: KeyringBus
) -> None:
    await kept.end_input()
    bus.wipe()
    await kept.start()
    lost = await kept.event("notice")
    assert lost["code"] == "entry_lost"
    assert lost["say"].startswith("The keychain (SecretService) has lost your keys.")
    refused = await kept.refusal("create_account", name="other", server="http://127.0.0.1:1")
    assert (refused.code, refused.say) == ("entry_lost", lost["say"])
    assert (await kept.do("set_aside"))["name"] == "set-aside-1"
    assert (kept.profile / "set-aside-1" / "book.sealed").exists()
    await kept.sign_up("kept2")


async def test_locked_while_whisp_runs_it_runs_on_and_the_next_start_says_so(
    kept: Client, bus: KeyringBus, bob: Client
) -> None:
    who = await _who(kept)
    bus.lock()
    await open_conversation(kept, bob)
    await say(kept, bob, "Still here.")
    assert await kept.end_input() == 0
    await kept.start()
    locked = await kept.event("notice")
    assert locked["code"] == "keychain_locked"
    assert locked["say"].endswith(
        "The keychain (SecretService) is locked. Unlock it and try again."
    )
    await kept.ended()
    await bus.kill_keyring()
    await bus.start_keyring()
    await kept.start()
    await kept.reachable()
    assert await _who(kept) == who


async def test_killed_while_whisp_runs_it_runs_on(
    kept: Client, bus: KeyringBus, bob: Client
) -> None:
    who = await _who(kept)
    await bus.kill_keyring()
    await open_conversation(kept, bob)
    await say(kept, bob, "Still here.")
    assert await kept.end_input() == 0
    await bus.start_keyring()
    await kept.start()
    await kept.reachable()
    assert await _who(kept) == who


async def test_frozen_it_is_waited_for_and_that_is_said(kept: Client, bus: KeyringBus) -> None:
    who = await _who(kept)
    await kept.end_input()
    bus.freeze()
    await kept.start()
    assert (await kept.event("notice"))["code"] == "keychain_waiting"
    assert await kept.end_input() == 1
    assert (await kept.event("notice"))["code"] == "keychain_slow"
    await kept.start()
    assert (await kept.event("notice"))["code"] == "keychain_waiting"
    bus.thaw()
    await kept.reachable()
    assert await _who(kept) == who


async def test_keys_leave_it_and_come_back(kept: Client, bus: KeyringBus) -> None:
    who = await _who(kept)
    assert await kept.do("move_keys", to="passphrase", passphrase="horse")
    await kept.do("set_passphrase", old="horse", new="battery")
    bus.wipe()
    await kept.end_input()
    await kept.start()
    assert (await kept.refusal("unlock", passphrase="horse")).code == "wrong_passphrase"
    await kept.do("unlock", passphrase="battery")
    assert (await kept.do("move_keys", to="keychain"))["key_store"] == "os-keychain:SecretService"
    await kept.end_input()
    await kept.start()
    await kept.reachable()
    assert await _who(kept) == who
