# what: An exception in a thread of the executor, whose future nobody awaits.
# says: Future exception was never retrieved: ZeroDivisionError|a future failed with ZeroDivisionError

import asyncio


async def test_a():
    asyncio.get_running_loop().run_in_executor(None, lambda: 1 / 0)
    await asyncio.sleep(0.05)
