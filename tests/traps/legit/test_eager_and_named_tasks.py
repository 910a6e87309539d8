import asyncio


async def test_a():
    task = asyncio.create_task(asyncio.sleep(0, 1), name="mine")
    assert task.get_name() == "mine"
    assert await task == 1
