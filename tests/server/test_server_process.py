"""The program itself: ready, draining, restarted, and silent about everybody."""

import asyncio
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import aiohttp
import pytest
from server_caller import Caller, Person, bundles, m1_for, wait_until
from server_program import PROGRAM, Running, environment

from tests.fakes.patience import until
from whisp_desktop.protocol.kdf import sha256
from whisp_desktop.protocol.server_messages import ByName, Knock, Knocked, LookUpName, Publish

Start = Callable[..., Running]


async def test_it_says_one_line_and_takes_a_free_port(start: Start) -> None:
    running = start()
    assert running.url.startswith("http://127.0.0.1:")
    async with aiohttp.ClientSession() as session:
        caller = Caller(running.url, session)
        hosts = (await caller.call("GET", "/v1/parameters")).fields["hosts"]
        assert hosts == [caller.host, caller.host.replace("127.0.0.1", "localhost")]
    running.process.terminate()
    assert running.process.stdout is not None
    assert running.process.stdout.read() == ""
    assert running.process.wait(timeout=15) == 0
    assert running.errors.read_text() == ""


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
async def test_it_drains(start: Start, told: signal.Signals) -> None:
    running = start()
    async with aiohttp.ClientSession() as session:
        caller = Caller(running.url, session)
        lines = [await caller.open(await caller.guest_token()) for _ in range(20)]
        began = time.monotonic()
        running.process.send_signal(told)
        assert set(await asyncio.gather(*[line.close_code() for line in lines])) == {1012}
        await wait_until(lambda: running.process.poll() is not None)
        assert running.process.returncode == 0
        assert time.monotonic() - began < 10
        with pytest.raises(aiohttp.ClientConnectionError):
            await caller.call("GET", "/v1/health")


async def test_a_client_that_does_not_close_holds_the_drain_up_for_seconds_only(
    start: Start,
) -> None:
    running = start()
    async with aiohttp.ClientSession() as session:
        caller = Caller(running.url, session)
        line = await caller.open(await caller.guest_token())
        line.socket._writer.transport.pause_reading()
        began = time.monotonic()
        running.process.terminate()
        await wait_until(lambda: running.process.poll() is not None, 12)
        assert running.process.returncode == 0
        assert time.monotonic() - began < 10
        line.socket._writer.transport.abort()


async def test_a_restart_keeps_the_accounts(start: Start) -> None:
    first = start()
    async with aiohttp.ClientSession() as session:
        person = Person("alice", ("whisp.example", Caller(first.url, session).host))
        answer = await Caller(first.url, session).sign_up(person)
        assert answer.status == 201
        assert first.stop() == 0
        second = start()
        caller = Caller(second.url, session)
        assert await caller.open(await caller.token(person))
        assert (await caller.call("POST", "/v1/turn", {}, answer.fields["token"])).code == "token"


async def test_a_token_outlives_a_restart_under_a_named_secret(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    settings = {"JWT_SECRET": "k" * 40, "PORT": port}
    first = start(**settings)
    async with aiohttp.ClientSession() as session:
        person = Person("alice", (Caller(first.url, session).host,))
        token = (await Caller(first.url, session).sign_up(person)).fields["token"]
    first.stop()
    second = start(**settings)
    async with aiohttp.ClientSession() as session:
        caller = Caller(second.url, session)
        assert (await caller.call("POST", "/v1/turn", {}, token)).status == 200


async def test_nobody_is_named_in_logs_or_on_disk(start: Start, tmp_path: Path) -> None:
    running = start()
    async with aiohttp.ClientSession() as session:
        caller = Caller(running.url, session)
        asker, asking = await caller.joined("planted_asker")
        owner, owning = await caller.joined("planted_owner")
        await owning.ask(
            Publish,
            by_name=ByName.EXACT_NAME,
            stranger_bundles=bundles(owner),
            contact_bundles=[],
        )
        work = await caller.frame_work(sha256(b"planted_owner"))
        found = await asking.ask(LookUpName, name="planted_owner", work=work)
        bundle = found.devices[0].bundle
        m1 = m1_for(bundle)
        work = await caller.frame_work(sha256(m1))
        await asking.ask(Knock, bundle_id=m1[1:9], m1=m1, proof=work)
        await owning.next()
        knocked = await owning.next()
        assert isinstance(knocked, Knocked)
        await asking.socket.send_bytes(b"\x93planted_text")
        assert await asking.close_code() == 4400
        await caller.call("POST", "/v1/usernames", {"username": "planted_other", "work": 1})
        await caller.call("GET", "/planted_path?planted_query")
        token = await caller.token(owner)
        names = (b"planted_asker", b"planted_owner")
        elsewhere = (
            b"planted_other",
            b"planted_path",
            b"planted_query",
            b"planted_text",
            b"127.0.0.1",
            m1[:64],
            bundle[:64],
            token.encode(),
        )
        running.stop()
    assert_silent(tmp_path, names, elsewhere)
    assert running.errors.read_text() == ""
    assert asker.name


def assert_silent(folder: Path, names: tuple[bytes, ...], elsewhere: tuple[bytes, ...]) -> None:
    """No file holds any of `elsewhere`; the database holds the names, and no other file does."""
    held = {file.name: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    database = {name for name in held if name.startswith("directory.sqlite3")}
    for name, content in held.items():
        for trace in elsewhere if name in database else (*elsewhere, *names):
            assert trace not in content, (name, trace)
    for trace in names:
        assert any(trace in held[name] for name in database)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"PORT": "TAKEN"}, "BIND and PORT cannot be had."),
        ({"DATABASE_URL": "sqlite:////proc/nothing.sqlite3"}, "DATABASE_URL names a database"),
        ({"TLS_CERT": "/etc/hostname", "TLS_KEY": "/etc/hostname"}, "TLS_CERT and TLS_KEY cannot"),
        ({"WHISP_ENV": "production", "POW_BITS": "20", "LIMITS": "on"}, "JWT_SECRET is not set."),
    ],
)
def test_what_it_cannot_start_with_it_says(
    tmp_path: Path, settings: dict[str, str], sentence: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        told = {name: port if text == "TAKEN" else text for name, text in settings.items()}
        ended = subprocess.run(
            PROGRAM,
            env=environment(tmp_path, **told),
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
            cwd=Path(__file__).parents[2],
        )
    assert ended.returncode == 1
    assert ended.stdout == ""
    lines = ended.stderr.splitlines()
    assert lines[0] == "whisp-server cannot start:"
    assert any(line.startswith(sentence) for line in lines), lines
    assert "Traceback" not in ended.stderr


async def test_it_serves_https_itself(start: Start, certificate: tuple[Path, Path]) -> None:
    running = start(TLS_CERT=str(certificate[0]), TLS_KEY=str(certificate[1]))
    assert running.url.startswith("https://127.0.0.1:")
    connector = aiohttp.TCPConnector(ssl=False)
    async with aiohttp.ClientSession(connector=connector) as session:
        caller = Caller(running.url, session)
        _, line = await caller.joined("alice")
        connection = line.socket.get_extra_info("socket")
        await line.close()
        await until(lambda: connection.fileno() == -1)  # TLS takes its leave behind our back


async def test_it_counts_on_a_port_of_its_own(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    running = start(METRICS_BIND=f"127.0.0.1:{port}")
    async with aiohttp.ClientSession() as session:
        caller = Caller(running.url, session)
        line = await caller.open(await caller.guest_token())
        await caller.call("GET", "/nowhere")
        refused = await caller.call("GET", "/metrics")
        assert refused.code == "not_found"
        async with session.get(f"http://127.0.0.1:{port}/metrics") as response:
            lines = (await response.text()).splitlines()
        async with session.get(f"http://127.0.0.1:{port}/other") as response:
            assert response.status == 404
            assert response.content_type == "application/problem+json"
            assert response.headers["Server"] == "whisp"
        await line.close()
    assert "whisp_sockets 1" in lines
    assert 'whisp_calls_total{status="404"} 2' in lines
