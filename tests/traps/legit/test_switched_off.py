import asyncio

import pytest


@pytest.mark.asyncio_guard(off="tasks", reason="the task ends with the process")
async def test_a():
    asyncio.create_task(asyncio.sleep(0.3))
    await asyncio.sleep(0)
