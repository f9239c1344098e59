"""The server and the key stores of the demonstration; everything ends with it."""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.journeys import keyring_bus
from tests.journeys.keyring_bus import KeyringBus
from tests.journeys.programs import INSTALLED, Client, Programs, Server
from tests.journeys.windows import Window

PASSPHRASE = "correct horse battery staple"


@dataclass
class Stage:
    """Where the two people meet.

    folder -- of all profiles and key stores, which goes with it
    pictures -- where pictures are left
    """

    folder: Path
    pictures: Path
    server: Server
    programs: Programs
    ends: AsyncExitStack
    environment: dict[str, str]

    async def client(self, name: str) -> Client:
        """Start `whisp headless` for somebody with a profile and a key store of their own."""
        bus = await self._key_store(name)
        client = Client(
            self.folder / name,
            self.server.url,
            environment={**self.environment, **bus},
            passphrase=None if bus else PASSPHRASE,
            programs=self.programs,
        )
        self.ends.push_async_callback(client.close)
        return await client.start()

    async def window(self, name: str, **environment: str) -> Window:
        """Show the window of somebody with a profile and a key store of their own."""
        bus = await self._key_store(name)
        window = Window(
            self.folder / name, self.server.url, {**self.environment, **environment, **bus}
        )
        self.ends.push_async_callback(window.close)
        return await window.start()

    async def _key_store(self, name: str) -> dict[str, str]:
        """Start a keychain where that can be had; return what its user's environment needs."""
        if keyring_bus.missing():
            return {}
        bus = KeyringBus(self.folder / f"{name}.keychain")
        self.ends.push_async_callback(bus.close)
        await bus.start()
        return {"DBUS_SESSION_BUS_ADDRESS": bus.address}


@asynccontextmanager
async def stage(
    pictures: Path, programs: Programs = INSTALLED, **environment: str
) -> AsyncIterator[Stage]:
    """Start the server, and end everything in the end.

    environment -- of all programs: a PATH, for instance
    """
    async with AsyncExitStack() as ends:
        folder = Path(ends.enter_context(TemporaryDirectory(prefix="whisp-demo-")))
        bits = {"POW_BITS": os.environ["POW_BITS"]} if "POW_BITS" in os.environ else {}
        server = Server(folder, programs, **{"POW_BITS": "", **bits, **environment})
        ends.push_async_callback(server.close)
        await server.start()
        yield Stage(folder, pictures, server, programs, ends, environment)
