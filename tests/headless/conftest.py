from collections.abc import AsyncIterator

import pytest_asyncio

from tests.headless.talk import Talk, talking


@pytest_asyncio.fixture
async def talk() -> AsyncIterator[Talk]:
    async with talking() as begun:
        yield begun
