# A task that outlives its test.
# refused with: the task 'forever', made at .*, still runs when the test ends
# checked by: tasks
import asyncio

import pytest


async def forever():
    await asyncio.Event().wait()


@pytest.mark.asyncio
async def test_left_task():
    asyncio.create_task(forever())
