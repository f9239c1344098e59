"""A real gnome-keyring on a session bus of its own, with a home of its own."""

import os
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import secretstorage
from jeepney import message_bus
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection

_WAIT_S = 20


class SecretService:
    """Owns the bus and the daemon: use it in a `with`. `environment` leads a process to them."""

    def __init__(self, home: Path) -> None:
        self._home = home
        runtime = home / "runtime"
        runtime.mkdir(parents=True, mode=0o700, exist_ok=True)
        self.environment = {
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(runtime),
            "XDG_DATA_HOME": str(home / "data"),
            "XDG_CONFIG_HOME": str(home / "config"),
        }
        self._bus: subprocess.Popen[str] | None = None
        self._daemon: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self._bus = self._start("dbus-daemon", "--session", "--nofork", "--print-address")
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = _pipe(self._bus.stdout).readline().strip()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop_daemon()
        if self._bus is not None:
            _end(self._bus)

    def start_daemon(self, password: str = "password") -> None:
        """Start gnome-keyring and unlock its login collection; it answers when this returns."""
        self._daemon = self._start(
            "gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"
        )
        with _pipe(self._daemon.stdin) as stdin:
            stdin.write(password)
        with self._connect() as connection:
            deadline = time.monotonic() + _WAIT_S
            while not Proxy(message_bus, connection).NameHasOwner("org.freedesktop.secrets")[0]:
                assert time.monotonic() < deadline, "gnome-keyring does not answer"
                time.sleep(0.01)

    def stop_daemon(self) -> None:
        """End gnome-keyring; what it keeps stays in the home."""
        if self._daemon is not None:
            _end(self._daemon)
            self._daemon = None

    def lock(self) -> None:
        """Lock the login collection."""
        with self._connect() as connection:
            secretstorage.get_default_collection(connection).lock()

    def wipe(self) -> None:
        """Delete every entry of the login collection."""
        with self._connect() as connection:
            for item in list(secretstorage.get_default_collection(connection).get_all_items()):
                item.delete()

    def _connect(self) -> DBusConnection:
        return open_dbus_connection(self.environment["DBUS_SESSION_BUS_ADDRESS"])

    def _start(self, *command: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            command,
            env=os.environ | self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(_WAIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
