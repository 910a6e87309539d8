# what: A coroutine that is not awaited, in a reference cycle.
# says: coroutine 'f', made at .*never awaited


async def f():
    pass


async def test_a():
    cycle = [f()]
    cycle.append(cycle)
