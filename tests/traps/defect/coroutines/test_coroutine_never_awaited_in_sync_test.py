# what: A coroutine that a sync test does not await.
# says: coroutine 'f'.*never awaited


async def f():
    raise ValueError


def test_a():
    f()


def test_b():
    pass
