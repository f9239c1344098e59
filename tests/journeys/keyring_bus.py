"""A message bus of one's own with a real, unlocked gnome-keyring on it."""

import asyncio
import shutil
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path
from typing import Self

from tests.journeys.tied import tied

BOUND_S = 20.0
NEEDED = ("dbus-daemon", "gnome-keyring-daemon")


def missing() -> str:
    """Return the programs that are not installed, for a reason to skip; empty if all are."""
    return ", ".join(name for name in NEEDED if shutil.which(name) is None)


class KeyringBus:
    """A session bus with a Secret Service that keeps its files in `home`.

    Started again over the same home, it has what it was given before.
    """

    def __init__(self, home: Path) -> None:
        self.address = ""
        self._home = home
        self._processes: list[Process] = []

    async def start(self) -> Self:
        """Start both and wait until the keyring answers on the bus."""
        runtime = self._home / "run"
        runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
        environment = {"HOME": str(self._home), "XDG_RUNTIME_DIR": str(runtime)}
        bus = await asyncio.create_subprocess_exec(
            *tied("dbus-daemon", "--session", "--nofork", "--print-address", end="KILL"),
            stdout=PIPE,
            stderr=DEVNULL,
            env=environment,
        )
        self._processes.append(bus)
        assert bus.stdout is not None
        async with asyncio.timeout(BOUND_S):
            self.address = (await bus.stdout.readline()).decode().strip()
        environment["DBUS_SESSION_BUS_ADDRESS"] = self.address
        await self._start_keyring(environment)
        return self

    async def _start_keyring(self, environment: dict[str, str]) -> None:
        keyring = await asyncio.create_subprocess_exec(
            *tied("gnome-keyring-daemon", "--foreground", "--unlock", end="KILL"),
            "--components=secrets",
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env=environment,
        )
        self._processes.append(keyring)
        assert keyring.stdin is not None
        assert keyring.stdout is not None
        keyring.stdin.write(b"a keyring's password")
        keyring.stdin.close()
        async with asyncio.timeout(BOUND_S):
            await keyring.stdout.readline()

    def freeze(self) -> None:
        """Let the keyring answer nobody any more, as one does that waits for its owner."""
        self._processes[-1].send_signal(signal.SIGSTOP)

    async def close(self) -> None:
        """End both."""
        for process in reversed(self._processes):
            if process.returncode is None:
                process.kill()
            async with asyncio.timeout(BOUND_S):
                await process.communicate()
        self._processes.clear()
