# what: A blocking call where it belongs.

import asyncio
import time


async def test_a():
    await asyncio.to_thread(time.sleep, 0.3)
