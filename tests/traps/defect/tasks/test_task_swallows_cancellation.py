# what: A task that catches its cancellation and goes on.
# says: task 'stubborn', made at .*goes on after its cancellation

import asyncio

import pytest


async def stubborn():
    while True:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            pass


@pytest.mark.asyncio
async def test_a():
    """Must end red within the suite's time limit, and must not hang the run."""
    asyncio.create_task(stubborn())
    await asyncio.sleep(0)
