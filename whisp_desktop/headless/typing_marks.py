"""Who is told that one types: the command says that it began, and this says when it has stopped."""

import asyncio
from collections.abc import Awaitable, Callable

STOPS_AFTER_S = 6.0


class TypingMarks:
    """Calls `stop` for a peer 6 s after the last `began`."""

    def __init__(self, stop: Callable[[str], Awaitable[None]]) -> None:
        self._stop = stop
        self._waiting: dict[str, asyncio.Task[None]] = {}

    def began(self, peer: str) -> None:
        """Typing goes on."""
        self.ended(peer)
        self._waiting[peer] = asyncio.create_task(self._stop_later(peer))

    def ended(self, peer: str) -> bool:
        """Wait no longer; tell whether the other side is still to hear that it stopped."""
        waiting = self._waiting.pop(peer, None)
        return waiting is not None and waiting.cancel()

    def close(self) -> None:
        """Stop nothing any more."""
        for peer in tuple(self._waiting):
            self.ended(peer)

    async def _stop_later(self, peer: str) -> None:
        await asyncio.sleep(STOPS_AFTER_S)
        del self._waiting[peer]
        await self._stop(peer)
