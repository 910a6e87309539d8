import asyncio


async def test_a():
    process = await asyncio.create_subprocess_exec("true")
    assert await process.wait() == 0
