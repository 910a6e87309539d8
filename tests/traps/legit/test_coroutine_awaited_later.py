# what: A coroutine that is made first and awaited later, through a list.

import asyncio


async def double(number):
    return 2 * number


async def test_a():
    waiting = [double(1), double(2)]
    await asyncio.sleep(0)
    assert [await one for one in waiting] == [2, 4]
