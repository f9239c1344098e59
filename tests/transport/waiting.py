"""Waiting for a condition, with a bound."""

import asyncio
from collections.abc import Callable

BOUND_S = 10.0


async def until(condition: Callable[[], bool], bound_s: float = BOUND_S) -> None:
    """Return once the condition holds; TimeoutError after the bound."""
    async with asyncio.timeout(bound_s):
        while not condition():  # noqa: ASYNC110 -- conditions of foreign objects
            await asyncio.sleep(0.002)
