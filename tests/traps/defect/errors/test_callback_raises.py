# what: An exception in a callback of the loop.
# says: Exception in callback.*ZeroDivisionError

import asyncio


async def test_a():
    asyncio.get_running_loop().call_soon(lambda: 1 / 0)
    await asyncio.sleep(0)
