# what: A future with an exception that nobody asks for.
# says: Future exception was never retrieved: ValueError

import asyncio


async def test_a():
    f = asyncio.get_running_loop().create_future()
    f.set_exception(ValueError("x"))


async def test_b():
    pass
