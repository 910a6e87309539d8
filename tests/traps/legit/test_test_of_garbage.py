# what: A test that collects garbage itself.

import asyncio
import gc
import weakref


class Thing:
    pass


async def test_a():
    thing = Thing()
    thing.cycle = thing
    ref = weakref.ref(thing)
    del thing
    gc.collect()
    await asyncio.sleep(0)
    assert ref() is None
