# what: A task's exception that the test looks at without `await`.

import asyncio


async def fail():
    raise ValueError("expected")


async def test_a():
    task = asyncio.create_task(fail())
    await asyncio.wait([task])
    assert isinstance(task.exception(), ValueError)
