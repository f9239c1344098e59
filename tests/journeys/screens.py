"""An X server of one's own, with a window manager: without one no window gets keys."""

import asyncio
import os
import shutil
from asyncio.subprocess import DEVNULL, Process
from typing import Self

from tests.journeys.tied import tied

BOUND_S = 20.0
NEEDED = ("Xvfb", "openbox", "xdotool")


def missing() -> str:
    """Return the programs that are not installed, for a reason to skip; empty if all are."""
    return ", ".join(name for name in NEEDED if shutil.which(name) is None)


class Screen:
    """Xvfb on a free display number; `environment` is what its programs need."""

    def __init__(self, width: int = 1600, height: int = 900) -> None:
        self.environment: dict[str, str] = {}
        self._size = f"{width}x{height}x24"
        self._processes: list[Process] = []

    async def start(self) -> Self:
        """Start both; Xvfb itself chooses the number and says it when it is ready."""
        read, write = os.pipe()
        try:
            xvfb = await asyncio.create_subprocess_exec(
                *tied("Xvfb", end="KILL"),
                "-displayfd",
                str(write),
                "-screen",
                "0",
                self._size,
                "-nolisten",
                "tcp",
                pass_fds=(write,),
                stdout=DEVNULL,
                stderr=DEVNULL,
            )
            self._processes.append(xvfb)
        finally:
            os.close(write)
        with os.fdopen(read) as number_of:
            number = await asyncio.to_thread(number_of.readline)
        assert number, "Xvfb did not start"
        self.environment = {"DISPLAY": f":{number.strip()}", "QT_QPA_PLATFORM": "xcb"}
        manager = await asyncio.create_subprocess_exec(
            *tied("openbox", end="KILL"),
            env={**os.environ, **self.environment},
            stdout=DEVNULL,
            stderr=DEVNULL,
        )
        self._processes.append(manager)
        return self

    async def activate(self, title: str) -> None:
        """Bring the window with this title to the front, where the keys go."""
        await self._xdotool("search", "--sync", "--onlyvisible", "--name", title, "windowactivate")

    async def type(self, text: str) -> None:
        """Press keys, whichever window they go to."""
        await self._xdotool("type", "--delay", "2", text)

    async def press(self, key: str) -> None:
        """Press one key, by the name that X gives it."""
        await self._xdotool("key", key)

    async def _xdotool(self, *arguments: str) -> None:
        tool = await asyncio.create_subprocess_exec(
            "xdotool", *arguments, env={**os.environ, **self.environment}
        )
        async with asyncio.timeout(BOUND_S):
            assert await tool.wait() == 0

    async def close(self) -> None:
        """End both."""
        for process in reversed(self._processes):
            if process.returncode is None:
                process.kill()
            async with asyncio.timeout(BOUND_S):
                await process.wait()
        self._processes.clear()
