import asyncio


async def test_a():
    assert await asyncio.to_thread(sum, [1, 2]) == 3
