import asyncio


async def test_a():
    queue, seen = asyncio.Queue(), []

    async def consume():
        while (thing := await queue.get()) is not None:
            seen.append(thing)

    consumer = asyncio.create_task(consume())
    for thing in (1, 2, None):
        queue.put_nowait(thing)
    await consumer
    assert seen == [1, 2]
