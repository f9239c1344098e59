"""`whisp headless` as a process: its first line, its end, and what it does not load."""

import asyncio
import json
import signal
import subprocess
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.journeys.programs import bare_environment
from whisp_desktop import __version__
from whisp_desktop.headless.lines import LONGEST_LINE_BYTES

BOUND_S = 20
READY = {"event": "ready", "version": __version__, "protocol": 1}


@pytest_asyncio.fixture
async def program(tmp_path: Path) -> AsyncIterator[Process]:
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "whisp_desktop",
        "headless",
        "--profile",
        str(tmp_path / "profile"),
        env=bare_environment(tmp_path / "home"),
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
    )
    yield started
    if started.returncode is None:
        started.kill()
    await started.communicate()


async def _line(program: Process) -> dict[str, object]:
    assert program.stdout is not None
    async with asyncio.timeout(BOUND_S):
        found = json.loads(await program.stdout.readline())
    assert isinstance(found, dict)
    return found


async def test_the_first_line_comes_by_itself_and_the_end_of_input_is_the_end(
    program: Process,
) -> None:
    assert await _line(program) == READY
    async with asyncio.timeout(BOUND_S):
        rest, errors = await program.communicate(b"")
    assert (program.returncode, rest, errors) == (0, b"", b"")


async def test_commands_before_the_end_of_input_are_answered(program: Process) -> None:
    async with asyncio.timeout(BOUND_S):
        lines, _ = await program.communicate(
            b'{"id":1,"do":"status"}\nnonsense\n{"id":2,"do":"contacts"}'
        )
    found = [json.loads(line) for line in lines.splitlines()]
    assert found[0] == READY
    assert [(line["id"], line["ok"]) for line in found[1:]] == [
        (1, True),
        (None, False),
        (2, False),
    ]
    assert found[3]["code"] == "no_account"
    assert program.returncode == 0


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
async def test_a_signal_is_the_end(program: Process, how: signal.Signals) -> None:
    await _line(program)
    program.send_signal(how)
    async with asyncio.timeout(BOUND_S):
        _, errors = await program.communicate()
    assert (program.returncode, errors) == (0, b"")


async def test_a_line_that_is_too_long_costs_that_line_alone(program: Process) -> None:
    await _line(program)
    assert program.stdin is not None
    program.stdin.write(b"x" * (3 * LONGEST_LINE_BYTES) + b'\n{"id":1,"do":"status"}\n')
    assert (await _line(program))["code"] == "line_too_long"
    assert (await _line(program))["id"] == 1


async def test_nobody_reads_any_more(program: Process) -> None:
    """The reading end is closed: there is nobody to talk for, and it ends with an error."""
    await _line(program)
    assert program.stdin is not None
    program.stdout._transport.close()  # type: ignore[union-attr]  # there is no other way to do it
    program.stdin.write(b'{"id":1,"do":"status"}\n')
    async with asyncio.timeout(BOUND_S):
        assert await program.wait() == 1


def test_what_others_print_is_no_line(tmp_path: Path) -> None:
    """Standard output is for lines alone: a library that prints does it on standard error."""
    code = (
        "import sys, whisp_desktop.headless.main as main\n"
        "take = main._take_standard_output\n"
        "def loud():\n"
        "    kept = take()\n"
        "    print('a library prints', flush=True)\n"
        "    return kept\n"
        "main._take_standard_output = loud\n"
        f"from pathlib import Path; sys.exit(main.run_headless(Path({str(tmp_path)!r}), None))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        input=b"",
        capture_output=True,
        timeout=BOUND_S,
        check=True,
        env=bare_environment(tmp_path / "home"),
    )
    assert json.loads(ended.stdout) == READY
    assert b"a library prints" in ended.stderr


def test_it_loads_no_qt_and_nothing_that_can_wait() -> None:
    code = "import sys, whisp_desktop.headless.main; print('\\n'.join(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, timeout=BOUND_S, check=True, text=True
    ).stdout.split()
    roots = {name.partition(".")[0] for name in loaded}
    assert "whisp_desktop" in roots
    assert not roots & {"PySide6", "shiboken6", "qasync", "qtpy", "qtawesome", "keyring", "aiortc"}
