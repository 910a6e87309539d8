# modes: auto
import asyncio
import functools


def on_its_own_loop(test):
    @functools.wraps(test)
    def run():
        asyncio.run(test())

    return run


@on_its_own_loop
async def test_a():
    await asyncio.sleep(0)
