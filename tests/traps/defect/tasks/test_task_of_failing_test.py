# what: A task that a failing test leaves: said beside the failure.
# says: assert 1 == 2(.*\n)*.*task 'forever', made at .*still runs when the test ends

import asyncio


async def forever():
    await asyncio.Event().wait()


async def test_a():
    task = asyncio.create_task(forever())
    await asyncio.sleep(0)
    assert 1 == 2, task
