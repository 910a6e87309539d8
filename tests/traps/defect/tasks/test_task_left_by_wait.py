# what: A task that is left when another one of the test fails to wait for it.
# says: task 'forever', made at .*still runs

import asyncio


async def forever():
    await asyncio.Event().wait()


async def test_a():
    task = asyncio.ensure_future(forever())
    done, _ = await asyncio.wait({task}, timeout=0.01)
    assert not done
