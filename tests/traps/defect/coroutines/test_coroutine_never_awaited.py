# what: A coroutine that is not awaited.
# says: coroutine 'f'.*never awaited


async def f():
    raise ValueError


async def test_a():
    f()


async def test_b():
    pass
