"""Two ends in one process: prints how they met, or fails. Run where there is loopback alone."""

import asyncio
import sys

from tests.fakes.link_listener import RememberingListener
from whisp_desktop.transport.ice import IcePolicy
from whisp_desktop.transport.peer_link import PeerLink


async def main() -> None:
    ice = IcePolicy(relay_only=False, servers=(), development=True)
    a = await PeerLink.offer(ice, RememberingListener())
    b = await PeerLink.answer(a.route, ice, RememberingListener())
    await a.connect(b.route)
    async with asyncio.timeout(5):
        await asyncio.gather(a.opened(), b.opened())
    sys.stdout.write(f"open {a.kind} {b.kind}\n")
    for end in (a, b):
        end.close()
    for end in (a, b):
        await end.gone()


asyncio.run(main())
