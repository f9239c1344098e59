"""A real coturn on loopback, for tests of relays."""

import asyncio
import base64
import hashlib
import hmac
import shutil
import socket
import subprocess
import time
from pathlib import Path

from whisp_desktop.transport.ice import IceServer

SECRET = "a secret of the tests"
CONFIGURATION = """
listening-ip=127.0.0.1
relay-ip=127.0.0.1
listening-port={port}
no-tls
no-dtls
use-auth-secret
static-auth-secret={secret}
realm=whisp
fingerprint
no-cli
no-multicast-peers
allow-loopback-peers
min-port={first}
max-port={last}
pidfile={folder}/pid
userdb={folder}/users
log-file=stdout
simple-log
"""


def turnserver() -> str | None:
    """Where coturn is, if it is here."""
    return shutil.which("turnserver")


class Relay:
    """One coturn process with a port of its own."""

    def __init__(self, folder: Path) -> None:
        self.port = _free_port()
        configuration = folder / "turnserver.conf"
        first = 20_000 + self.port % 20_000
        configuration.write_text(
            CONFIGURATION.format(
                port=self.port, secret=SECRET, first=first, last=first + 200, folder=folder
            )
        )
        self._log = (folder / "log").open("wb")
        self.process = subprocess.Popen(
            [turnserver() or "turnserver", "-c", configuration],
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    async def ready(self) -> None:
        """Wait until it accepts connections."""
        async with asyncio.timeout(20):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                except OSError:
                    await asyncio.sleep(0.02)
                else:
                    writer.close()
                    await writer.wait_closed()
                    return

    def server(self, *transports: str, secret: str = SECRET) -> IceServer:
        """Its addresses and a credential for ten minutes, as our server makes them."""
        username = f"{int(time.time()) + 600}:opaque"
        mac = hmac.digest(secret.encode(), username.encode(), hashlib.sha1)
        return IceServer(
            tuple(f"turn:127.0.0.1:{self.port}?transport={each}" for each in transports),
            username,
            base64.b64encode(mac).decode(),
        )

    def kill(self) -> None:
        """End it without a word."""
        self.process.kill()
        self.process.wait()
        self._log.close()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
