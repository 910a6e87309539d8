# A task that fails, and that nobody awaits.
# refused with: ValueError\('lost'\)
# checked by: errors
import asyncio

import pytest


async def fail():
    raise ValueError("lost")


@pytest.mark.asyncio
async def test_lost_exception():
    asyncio.create_task(fail())
    await asyncio.sleep(0.01)
