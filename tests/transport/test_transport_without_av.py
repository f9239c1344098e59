"""aiortc works without `av`, and importing our modules imports neither."""

import subprocess
import sys

import pytest

LIGHT = """
import sys
import whisp_desktop.transport.peer_link
heavy = {"aiortc", "aioice", "av", "OpenSSL"} & sys.modules.keys()
assert not heavy, heavy
"""
STAND_IN = """
import sys
from whisp_desktop.transport import without_av
without_av.install()
without_av.install()
assert sum(type(finder).__name__ == "_AvFinder" for finder in sys.meta_path) == 1
import aiortc
import av.video.frame
from av import VideoFrame
assert av.__spec__.origin is None and isinstance(VideoFrame, type)
assert "av._core" not in sys.modules
"""


@pytest.mark.parametrize("program", [LIGHT, STAND_IN])
def test_in_a_fresh_interpreter(program: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
