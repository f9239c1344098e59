"""The server and the people of a journey; all of them are gone after it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Protocol

import pytest
import pytest_asyncio

from tests.journeys.programs import Client, Server

QUICK = ("test_two_people_meet_talk_and_leave",)
"""The journeys that a quick run takes along: all others are slow."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.journey)
            if item.name not in QUICK:
                item.add_marker(pytest.mark.slow)


class MakeClient(Protocol):
    async def __call__(self, name: str, **fields: Any) -> Client: ...


@pytest_asyncio.fixture
async def ends() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


@pytest_asyncio.fixture
async def server(tmp_path: Path, ends: AsyncExitStack) -> Server:
    folder = tmp_path / "server"
    folder.mkdir()
    started = Server(folder)
    ends.push_async_callback(started.close)
    return await started.start()


@pytest.fixture
def start(tmp_path: Path, ends: AsyncExitStack) -> MakeClient:
    """Start a client with a profile of its own, without an account."""

    async def started(name: str, **fields: Any) -> Client:
        client = Client(tmp_path / name, **fields)
        ends.push_async_callback(client.close)
        return await client.start()

    return started


@pytest_asyncio.fixture
async def alice(server: Server, start: MakeClient) -> Client:
    client = await start("alice", server_url=server.url)
    await client.sign_up("alice")
    return client


@pytest_asyncio.fixture
async def bob(server: Server, start: MakeClient) -> Client:
    client = await start("bob", server_url=server.url)
    await client.sign_up("bob")
    return client
