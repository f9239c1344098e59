"""B in a process of its own: A's route comes in as a line, B's goes out, frames are sent back."""

import asyncio
import sys

from whisp_desktop.transport.ice import IcePolicy
from whisp_desktop.transport.peer_link import PeerLink


class Echo:
    """Sends each frame back; the link's end is the program's."""

    def __init__(self) -> None:
        self.link: PeerLink | None = None
        self.over = asyncio.Event()

    def frame(self, data: bytes) -> None:
        assert self.link is not None
        self.link.send(data[::-1])

    def closed(self, *, by_misuse: bool) -> None:
        assert not by_misuse
        self.over.set()


def say(line: str) -> None:
    """Write one line for the test."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def main() -> None:
    echo = Echo()
    ice = IcePolicy(relay_only=False, servers=(), development=True)
    echo.link = await PeerLink.answer(bytes.fromhex(sys.stdin.readline()), ice, echo)
    say(echo.link.route.hex())
    await echo.link.opened()
    say(f"{echo.link.exporter().hex()} {echo.link.fingerprints[0].hex()}")
    await asyncio.wait_for(echo.over.wait(), 30)
    await echo.link.gone()
    say("over")


asyncio.run(main())
