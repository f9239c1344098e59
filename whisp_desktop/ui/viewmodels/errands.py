"""Coroutines that a view model starts from a click, kept alive and ended with it."""

import asyncio
from collections.abc import Coroutine


class Errands:
    """Holds the running coroutines of one owner."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(self, errand: Coroutine[object, object, None]) -> asyncio.Task[None]:
        """Run `errand` on the window's loop; an error that it lets out goes to the loop."""
        task = asyncio.get_running_loop().create_task(errand)
        self._running.add(task)
        task.add_done_callback(self._over)
        return task

    def cancel(self) -> None:
        """End all of them."""
        for task in tuple(self._running):
            task.cancel()

    def _over(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            task.get_loop().call_exception_handler(
                {"message": "an errand of the window failed", "exception": error}
            )
