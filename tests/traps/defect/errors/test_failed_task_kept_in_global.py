# what: A task that fails, and that something holds.
# says: task 'boom', made at .*failed with ValueError

import asyncio

KEEP = []


async def boom():
    raise ValueError("boom")


async def test_a():
    KEEP.append(asyncio.create_task(boom()))
    await asyncio.sleep(0.01)


async def test_b():
    pass
