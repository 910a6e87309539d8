# what: An event loop that is made and not closed.
# says: EventLoop.* stays open

import asyncio


async def test_a():
    asyncio.new_event_loop()


async def test_b():
    pass
