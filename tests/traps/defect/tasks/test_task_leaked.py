# what: A task that still runs when its test ends.
# says: task 'bg', made at .*:\d+, still runs when the test ends

import asyncio

LOG = []


async def bg():
    try:
        await asyncio.sleep(99)
    finally:
        LOG.append("cancelled")


async def test_a():
    asyncio.create_task(bg())
    await asyncio.sleep(0)


async def test_b():
    assert LOG == ["cancelled"]
