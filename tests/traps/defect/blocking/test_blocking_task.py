# what: A task of the test that blocks the loop.
# says: test_blocking_task.py:\d+ in slow blocks the event loop

import asyncio
import time


async def slow():
    time.sleep(0.4)


async def test_a():
    await asyncio.create_task(slow())
