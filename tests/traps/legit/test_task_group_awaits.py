import asyncio


async def test_a():
    async with asyncio.TaskGroup() as group:
        first = group.create_task(asyncio.sleep(0, "a"))
    assert first.result() == "a"
