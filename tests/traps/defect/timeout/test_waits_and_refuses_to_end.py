# what: A test that waits for ever, and refuses to be cancelled.
# says: the test was cancelled at (.*\n)*.*1 failed, 1 passed

import asyncio

import pytest


@pytest.mark.timeout(1)
async def test_a():
    while True:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            pass


async def test_b():
    await asyncio.sleep(0)
