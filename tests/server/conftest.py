"""Real servers on free ports, each with a SQLite file of its own."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import aiohttp
import pytest
from server_caller import Caller
from server_program import Running


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Starts servers that end with the test."""
    running: list[Running] = []

    def start_one(**settings: str) -> Running:
        running.append(Running(tmp_path, **settings))
        return running[-1]

    yield start_one
    for each in running:
        each.stop()


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One server for a whole module: without limits, with the least work."""
    running = Running(tmp_path_factory.mktemp("server"))
    yield running
    running.stop()


@pytest.fixture
async def caller(shared_server: Running) -> AsyncIterator[Caller]:
    """Somebody who speaks with the shared server."""
    async with aiohttp.ClientSession() as session:
        yield Caller(shared_server.url, session)
    await asyncio.sleep(0)


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate of localhost, signed by itself, and its key."""
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-keyout", key, "-out", cert, "-subj", "/CN=localhost"),
        ],
        check=True,
        capture_output=True,
    )
    return cert, key
