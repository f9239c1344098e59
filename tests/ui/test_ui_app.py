"""The program: its window first, then everything else; and its end, by any way, in good time."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

HEAVY = (
    "aiohttp",
    "aioice",
    "aiortc",
    "asyncio",
    "cryptography",
    "cv2",
    "keyring",
    "nacl",
    "qasync",
    "qtawesome",
    "uvloop",
    "whisp_desktop.session",
    "whisp_desktop.transport",
    "whisp_desktop.vault",
)
FIRST_PAINT = """
import sys
from pathlib import Path
from whisp_desktop.app import show_window
application, window = show_window(Path(sys.argv[1]))
assert window.isVisible()
heavy = sys.argv[2].split(",")
print(",".join(name for name in heavy if name in sys.modules))
"""
LIFE = """
import sys
from pathlib import Path
from tests.fakes.fake_node import FakeNode
from whisp_desktop import app
from whisp_desktop.session.commands import GetContacts
from PySide6.QtCore import QTimer

class Telling(FakeNode):
    async def do(self, command):
        answer = await super().do(command)
        if isinstance(command, GetContacts):
            print("ready", flush=True)
        return answer

    async def close(self):
        await super().close()
        print("closed", flush=True)

node = Telling()
node.stubborn = "stubborn" in sys.argv
app.core_maker = lambda *_: node.make
status = app.run_window(Path(sys.argv[1]), None, "")
print("status", status, flush=True)
raise SystemExit(status)
"""


def environment() -> dict[str, str]:
    root = str(Path(__file__).resolve().parents[2])
    return {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": root}


@contextmanager
def running(tmp_path: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    child = subprocess.Popen(
        [sys.executable, "-c", LIFE, str(tmp_path), *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        yield child
    finally:
        child.kill()
        child.communicate(timeout=10)


def test_nothing_heavy_is_loaded_before_the_first_paint(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", FIRST_PAINT, str(tmp_path), ",".join(HEAVY)],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=60,
        check=True,
    )
    assert answer.stdout.strip() == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_closes_it_as_the_window_does(tmp_path: Path, number: signal.Signals) -> None:
    with running(tmp_path) as child:
        child.send_signal(number)
        out, _ = child.communicate(timeout=20)
    assert out.splitlines() == ["closed", "status 0"]
    assert child.returncode == 0


def test_it_ends_in_time_even_if_the_core_does_not(tmp_path: Path) -> None:
    with running(tmp_path, "stubborn") as child:
        before = time.monotonic()
        child.send_signal(signal.SIGTERM)
        out, _ = child.communicate(timeout=20)
        took_s = time.monotonic() - before
    assert out.splitlines() == ["closed"]
    assert child.returncode == 0
    assert took_s < 10


def test_the_place_is_kept_when_it_closes(tmp_path: Path) -> None:
    with running(tmp_path) as child:
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=20)
    assert [one.name for one in tmp_path.iterdir()] == ["window.json"]
