# what: A task that fails, and that nobody awaits.
# says: Task exception was never retrieved: ValueError\('boom'\)

import asyncio


async def boom():
    raise ValueError("boom")


async def test_a():
    t = asyncio.create_task(boom())
    await asyncio.sleep(0.01)


async def test_b():
    pass
