import asyncio


async def test_a():
    loop = asyncio.get_running_loop()
    before = loop.get_task_factory()
    loop.set_task_factory(lambda loop, coro, **k: asyncio.Task(coro, loop=loop, **k))
    assert await asyncio.create_task(asyncio.sleep(0, 1)) == 1
    loop.set_task_factory(before)
