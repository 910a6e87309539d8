# what: An async generator of which a test takes one item.

import contextlib


async def numbers():
    for number in range(10):
        yield number


async def test_a():
    async with contextlib.aclosing(numbers()) as some:
        assert await anext(some) == 0
