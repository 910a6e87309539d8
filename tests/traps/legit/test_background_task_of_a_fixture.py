import asyncio

import pytest_asyncio


@pytest_asyncio.fixture
async def ticks():
    seen = []

    async def tick():
        while True:
            seen.append(1)
            await asyncio.sleep(0.001)

    task = asyncio.create_task(tick())
    yield seen
    task.cancel()
    await asyncio.wait({task})


async def test_a(ticks):
    await asyncio.sleep(0.01)
    assert ticks
