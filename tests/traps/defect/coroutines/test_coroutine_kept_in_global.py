# what: A coroutine that is not awaited, and that something holds.
# says: coroutine 'f', made at .*never awaited

KEEP = []


async def f():
    raise ValueError


async def test_a():
    KEEP.append(f())


async def test_b():
    pass
