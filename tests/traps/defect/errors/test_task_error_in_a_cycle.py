# what: A failed task in a reference cycle, which is collected during a later test.
# says: test_a.*\n(.*\n)*.*task 'fail', made at .*failed with ValueError\('in a cycle'\)

import asyncio


async def fail():
    raise ValueError("in a cycle")


async def test_a():
    cycle = [asyncio.create_task(fail())]
    cycle.append(cycle)
    await asyncio.sleep(0.01)


async def test_b():
    pass
