# what: An exception in a callback of a task.
# says: Exception in callback.*ZeroDivisionError

import asyncio


async def test_a():
    task = asyncio.create_task(asyncio.sleep(0))
    task.add_done_callback(lambda _: 1 / 0)
    await task
    await asyncio.sleep(0)
