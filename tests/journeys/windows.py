"""The real window in a process of its own, driven through its widgets."""

import asyncio
import json
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

from tests.journeys.programs import BOUND_S, bare_environment
from tests.journeys.tied import tied

POLL_S = 0.01
ROOT = Path(__file__).parent.parent.parent

Seen = dict[str, Any]
Found = TypeVar("Found")


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
        seen = self.environment.keys() & {"DISPLAY", "WAYLAND_DISPLAY"}
        screen = {} if seen else {"QT_QPA_PLATFORM": "offscreen"}
        self._process = await asyncio.create_subprocess_exec(
            *tied(sys.executable, "-m", "tests.journeys.window_driver"),
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

        async def look() -> Seen | None:
            seen: Seen | None = await self.order("look", name=name)
            return seen if seen is not None and like(seen) else None

        return await self._until(f"to see {name}", look, bound_s)

    async def misses(self, name: str) -> None:
        """Wait until a widget cannot be seen any more."""

        async def look() -> bool | None:
            return await self.order("look", name=name) is None or None

        await self._until(f"to miss {name}", look)

    async def hears(self, prefix: str) -> str:
        """Wait until something would be read out that begins like this; return all of it."""

        async def listen() -> str | None:
            name: str | None = await self.order("spoken", prefix=prefix)
            return name

        return await self._until(f"to hear {prefix}", listen)

    async def says(self, words: str) -> str:
        """Wait until these words stand somewhere in the window; return what stands around them."""

        async def read() -> str | None:
            return next((each for each in await self.order("words") if words in each), None)

        return await self._until(f"to read {words}", read)

    async def clicks_until(self, button: str, name: str) -> None:
        """Click a button whenever it can be, until a widget is seen."""

        async def click_or_look() -> Seen | None:
            seen: Seen | None = await self.order("look", name=name)
            if seen is None:
                await self.order("click", name=button)
            return seen

        await self._until(f"{button} to lead to {name}", click_or_look)

    async def _until(
        self, wanted: str, look: Callable[[], Awaitable[Found | None]], bound_s: float = BOUND_S
    ) -> Found:
        """Look again and again until there is something; else say what is there instead."""
        try:
            async with asyncio.timeout(bound_s):
                while True:
                    found = await look()
                    if found is not None:
                        return found
                    await asyncio.sleep(POLL_S)
        except TimeoutError:
            names, words = await self.order("names"), await self.order("words")
            raise AssertionError(f"waited in vain {wanted}; here are {names}: {words}") from None

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
