# what: A lock that a module holds.
# needs: one loop

import asyncio

LOCK = asyncio.Lock()


async def use():
    async def hold():
        async with LOCK:
            await asyncio.sleep(0.01)

    await asyncio.gather(hold(), hold())


async def test_a():
    await use()


async def test_b():
    await use()
