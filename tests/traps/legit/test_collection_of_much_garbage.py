# what: A full collection of garbage that takes long, which no line of the test can help.

import asyncio
import gc

MUCH = [[number] for number in range(3_000_000)]


async def test_a():
    gc.collect()
    await asyncio.sleep(0)
    assert len(MUCH) == 3_000_000
