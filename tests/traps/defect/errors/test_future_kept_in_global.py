# what: A future with an exception, which something holds.
# says: a future failed with ValueError\('x'\)

import asyncio

KEEP = []


async def test_a():
    future = asyncio.get_running_loop().create_future()
    future.set_exception(ValueError("x"))
    KEEP.append(future)
