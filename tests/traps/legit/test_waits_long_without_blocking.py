# what: A test that waits longer than a call may block.

import asyncio


async def test_a():
    await asyncio.sleep(0.4)
