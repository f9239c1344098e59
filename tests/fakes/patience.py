"""Waiting for a condition, with a bound."""

import asyncio
import time
from collections.abc import Callable


async def until(condition: Callable[[], object], within_s: float = 15.0) -> None:
    """Return when `condition` holds; fail when it does not come to hold in time."""
    end = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("what the test waited for did not happen")
        await asyncio.sleep(0.002)
