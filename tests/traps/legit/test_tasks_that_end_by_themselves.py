# what: Background tasks in a set, which they leave as they end.

import asyncio

RUNNING = set()


def start(coroutine):
    task = asyncio.create_task(coroutine)
    RUNNING.add(task)
    task.add_done_callback(RUNNING.discard)
    return task


async def test_a():
    start(asyncio.sleep(0))
    start(asyncio.sleep(0.05))
    await asyncio.sleep(0.01)
