"""A message bus of one's own with a real, unlocked gnome-keyring on it."""

import asyncio
import shutil
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path
from typing import Self

import secretstorage
from jeepney.io.blocking import open_dbus_connection

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
        self._environment: dict[str, str] = {}
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
        self._environment = environment | {"DBUS_SESSION_BUS_ADDRESS": self.address}
        await self.start_keyring()
        return self

    async def start_keyring(self) -> None:
        """Start and unlock the keyring; one that runs already gives way."""
        keyring = await asyncio.create_subprocess_exec(
            *tied("gnome-keyring-daemon", "--foreground", "--unlock", end="KILL"),
            "--replace",
            "--components=secrets",
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env=self._environment,
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

    def thaw(self) -> None:
        """Let a frozen keyring go on."""
        self._processes[-1].send_signal(signal.SIGCONT)

    async def kill_keyring(self) -> None:
        """End it as a crash does; the bus may start another one, which nobody has unlocked."""
        keyring = self._processes.pop()
        keyring.kill()
        await keyring.communicate()

    def lock(self) -> None:
        """Lock what it keeps."""
        with open_dbus_connection(self.address) as connection:
            secretstorage.get_default_collection(connection).lock()

    def wipe(self) -> None:
        """Delete every entry."""
        with open_dbus_connection(self.address) as connection:
            for item in list(secretstorage.get_default_collection(connection).get_all_items()):
                item.delete()

    async def close(self) -> None:
        """End both."""
        for process in reversed(self._processes):
            if process.returncode is None:
                process.kill()
            async with asyncio.timeout(BOUND_S):
                await process.communicate()
        self._processes.clear()
