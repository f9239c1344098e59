"""The real window in a process of its own, driven through its widgets."""

import asyncio
import json
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from tests.journeys.programs import BOUND_S, bare_environment

POLL_S = 0.01
ROOT = Path(__file__).parent.parent.parent

Seen = dict[str, Any]


@dataclass(eq=False)
class Window:
    """A person's window. Without a screen of its own in `environment` it is offscreen."""

    profile: Path
    server_url: str
    environment: dict[str, str] = field(default_factory=dict)
    passphrase: str = "correct horse battery staple"
    _process: Process | None = None
    _orders: int = 0

    async def start(self) -> Self:
        """Show the window and wait until it can be driven."""
        screen = {} if "DISPLAY" in self.environment else {"QT_QPA_PLATFORM": "offscreen"}
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.journeys.window_driver",
            "--profile",
            str(self.profile),
            "--server",
            self.server_url,
            env=bare_environment(
                self.profile.with_suffix(".home"), **{**screen, **self.environment}
            ),
            cwd=ROOT,
            stdin=PIPE,
            stdout=PIPE,
        )
        assert await self._answer(0) == "ready"
        return self

    async def order(self, what: str, **fields: Any) -> Any:
        """Have the driver do something; return what came of it."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._orders += 1
        order = {"id": self._orders, "do": what, **fields}
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        return await self._answer(self._orders)

    async def _answer(self, order: int) -> Any:
        """Return what came of an order; answers that nobody waits for any more are passed over."""
        assert self._process is not None
        assert self._process.stdout is not None
        async with asyncio.timeout(BOUND_S):
            while line := await self._process.stdout.readline():
                number, value = json.loads(line)
                if number == order:
                    return value
        raise AssertionError("the window is gone")

    # Looking

    async def sees(
        self, name: str, like: Callable[[Seen], bool] = bool, bound_s: float = BOUND_S
    ) -> Seen:
        """Wait until a widget can be seen that is like this; return what it says."""
        seen: Seen | None = None
        try:
            async with asyncio.timeout(bound_s):
                while True:
                    seen = await self.order("look", name=name)
                    if seen is not None and like(seen):
                        return seen
                    await asyncio.sleep(POLL_S)
        except TimeoutError:
            raise AssertionError(f"not seen: {name}, but {seen}; {await self._here()}") from None

    async def sees_one_of(self, *names: str) -> str:
        """Wait until one of these widgets can be seen; return the first that is."""
        try:
            async with asyncio.timeout(BOUND_S):
                while True:
                    for name in names:
                        if await self.order("look", name=name) is not None:
                            return name
                    await asyncio.sleep(POLL_S)
        except TimeoutError:
            raise AssertionError(f"none of {names} is seen; {await self._here()}") from None

    async def clicks_until(self, button: str, name: str) -> None:
        """Click a button whenever it can be, until a widget is seen."""
        try:
            async with asyncio.timeout(BOUND_S):
                while await self.order("look", name=name) is None:
                    await self.order("click", name=button)
                    await asyncio.sleep(POLL_S)
        except TimeoutError:
            raise AssertionError(f"{button} did not lead to {name}; {await self._here()}") from None

    async def _here(self) -> str:
        """Say what is seen instead, for whoever looks into a failed test."""
        return f"here are {await self.order('names')}, saying {await self.order('words')}"

    async def hears(self, prefix: str) -> str:
        """Wait until something would be read out that begins like this; return all of it."""
        async with asyncio.timeout(BOUND_S):
            while True:
                name: str | None = await self.order("spoken", prefix=prefix)
                if name is not None:
                    return name
                await asyncio.sleep(POLL_S)

    async def rows(self, name: str) -> list[str]:
        """Return what would be read out of a list's rows."""
        seen = await self.order("look", name=name)
        return [] if seen is None else [row.get("accessible", "") for row in seen["rows"]]

    # Doing

    async def click(self, name: str) -> None:
        """Click a button as soon as it can be."""
        await self.sees(name, lambda seen: seen["enabled"])
        assert await self.order("click", name=name)

    async def type(self, name: str, text: str, *, enter: bool = False) -> None:
        """Type into a field as soon as it can be; `enter` ends it."""
        await self.sees(name, lambda seen: seen["enabled"])
        assert await self.order("type", name=name, text=text, enter=enter)

    async def paste(self, name: str, text: str) -> None:
        """Paste into a field as soon as it can be."""
        await self.sees(name, lambda seen: seen["enabled"])
        assert await self.order("paste", name=name, text=text)

    async def picture(self, path: Path) -> None:
        """Save what the window looks like."""
        assert await self.order("picture", path=str(path))

    # The end

    async def close_window(self) -> int:
        """Close it as its person does; return the exit status."""
        await self.order("close")
        return await self.ended()

    async def stop(self, how: signal.Signals) -> int:
        """Send a signal and return the exit status."""
        assert self._process is not None
        self._process.send_signal(how)
        return await self.ended()

    async def ended(self, bound_s: float | None = BOUND_S) -> int:
        """Wait until the process has ended."""
        assert self._process is not None
        async with asyncio.timeout(bound_s):
            return await self._process.wait()

    async def close(self) -> None:
        """See that it is not there any more."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self.ended()
