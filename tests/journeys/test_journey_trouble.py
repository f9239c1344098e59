"""What is killed, lost, absent or wrong, and what is said of it."""

import asyncio
import signal
import socket

import pytest

from tests.journeys.conftest import MakeClient
from tests.journeys.programs import Client, Server
from tests.journeys.steps import open_conversation, say, texts

GONE_S = 15.0


@pytest.mark.parametrize("killed", ["alice", "bob"])
async def test_the_other_one_is_killed(alice: Client, bob: Client, killed: str) -> None:
    await open_conversation(alice, bob)
    await say(alice, bob, "Are you there?")
    dying, living = (alice, bob) if killed == "alice" else (bob, alice)
    await dying.stop(signal.SIGKILL)
    assert (await living.event("closed", bound_s=GONE_S + 1, peer=killed))["why"] == "lost"
    assert await texts(living, killed) == []
    assert (await living.do("status"))["sessions"] == []


@pytest.mark.parametrize("how", [None, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
async def test_whoever_closes_says_so(
    alice: Client, bob: Client, how: signal.Signals | None
) -> None:
    await open_conversation(alice, bob)
    await say(alice, bob, "Bye.")
    assert await (bob.end_input() if how is None else bob.stop(how)) == 0
    assert (await alice.event("closed", bound_s=3))["why"] == "left"
    assert await texts(alice, "bob") == []


async def test_a_server_that_is_restarted_ends_no_conversation(
    server: Server, alice: Client, bob: Client
) -> None:
    await open_conversation(alice, bob)
    await say(alice, bob, "before")
    assert await server.stop() == 0
    for client in (alice, bob):
        assert (
            "Open conversations go on." in (await client.event("notice", code="server_lost"))["say"]
        )
    await say(bob, alice, "while it is away")
    await server.start()
    for client in (alice, bob):
        await client.reachable()
    await say(alice, bob, "after")
    assert await texts(bob, "alice") == ["before", "while it is away", "after"]
    assert (await alice.do("status"))["server"] == {"url": server.url, "connected": True}
    await alice.do("leave", peer="bob")
    await bob.event("closed")
    await open_conversation(bob, alice)


async def test_a_server_that_is_killed_is_noticed(server: Server, alice: Client) -> None:
    await server.stop(signal.SIGKILL)
    await alice.event("notice", code="server_lost")
    assert (await alice.refusal("look_up", name="bob")).code == "server_unreachable"
    assert not (await alice.do("status"))["server"]["connected"]


async def test_a_server_that_is_absent_at_the_start(server: Server, alice: Client) -> None:
    await alice.end_input()
    await server.stop()
    await alice.start()
    assert (await alice.event("notice", code="server_lost"))["say"].startswith(
        "The server does not answer."
    )
    assert (await alice.do("status"))["name"] == "alice"
    await server.start()
    await alice.reachable()
    assert not (await alice.do("look_up", name="nobody"))["reachable"]


async def test_no_account_without_a_server(start: MakeClient) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        client = await start("alice")
        refused = await client.refusal("create_account", name="alice", server=url)
    assert refused.code == "server_unreachable"
    assert refused.say.endswith(".")
    assert (await client.do("status"))["name"] is None


@pytest.mark.parametrize(
    "url", ["", "ftp://127.0.0.1", "http://example.org", "https://", "not a server", "http://[::1"]
)
async def test_an_address_that_is_none(start: MakeClient, url: str) -> None:
    client = await start("alice")
    refused = await client.refusal("create_account", name="alice", server=url)
    assert refused.code in ("bad_server", "no_server")
    assert refused.say.endswith(".")


async def test_a_server_of_another_kind(start: MakeClient) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")
        writer.close()

    other = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with other:
        port = other.sockets[0].getsockname()[1]
        client = await start("alice")
        refused = await client.refusal(
            "create_account", name="alice", server=f"http://127.0.0.1:{port}"
        )
    assert refused.code
    assert refused.say.endswith(".")
    assert (await client.do("status"))["name"] is None


async def test_one_profile_is_open_once(alice: Client) -> None:
    second = Client(alice.profile, passphrase=None)
    try:
        await second.start()
        assert (await second.event("notice"))["code"] == "profile_in_use"
        assert await second.ended() == 1
    finally:
        await second.close()
    assert (await alice.do("status"))["name"] == "alice"
