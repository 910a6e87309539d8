import asyncio


async def test_a():
    async def boom():
        raise LookupError("expected")

    task = asyncio.create_task(boom())
    await asyncio.wait({task})
    assert isinstance(task.exception(), LookupError)
