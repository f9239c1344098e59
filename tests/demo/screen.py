"""The screen of this computer, where it has one."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL
from pathlib import Path

from tests.demo.story import say
from tests.journeys.programs import BOUND_S

NAMED_BY = ("DISPLAY", "WAYLAND_DISPLAY")
VARIABLES = (*NAMED_BY, "XDG_RUNTIME_DIR", "XDG_SESSION_TYPE")
PROBE = "from PySide6.QtGui import QGuiApplication; QGuiApplication([])"


async def find_screen() -> dict[str, str]:
    """Return what a window needs in its environment to be seen; empty: there is no screen."""
    found = {name: os.environ[name] for name in VARIABLES if name in os.environ}
    if not found.keys() & set(NAMED_BY):
        return {}
    found["XAUTHORITY"] = os.environ.get("XAUTHORITY", str(Path.home() / ".Xauthority"))
    if await _answers(found):
        return found
    say("The display does not answer: the same two windows are driven unseen.")
    return {}


async def _answers(screen: dict[str, str]) -> bool:
    probe = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROBE, env=screen, stdout=DEVNULL, stderr=DEVNULL
    )
    try:
        async with asyncio.timeout(BOUND_S):
            return await probe.wait() == 0
    except TimeoutError:
        probe.kill()
        return await probe.wait() == 0
