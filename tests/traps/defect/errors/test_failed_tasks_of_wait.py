# what: Exceptions of tasks that asyncio.wait returns, and that nobody asks for.
# says: failed with ValueError\('lost'\)|never retrieved: ValueError\('lost'\)

import asyncio


async def fail():
    raise ValueError("lost")


async def test_a():
    done, _ = await asyncio.wait([asyncio.create_task(fail())])
    assert len(done) == 1
