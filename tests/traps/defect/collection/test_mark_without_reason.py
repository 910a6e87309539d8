# what: A check that is switched off without a reason.
# says: the mark asyncio_guard says not what is off, or not why

import asyncio

import pytest


@pytest.mark.asyncio_guard(off="tasks")
async def test_a():
    asyncio.create_task(asyncio.sleep(60))
    await asyncio.sleep(0)
