# what: A stream that is not closed.
# says: ResourceWarning|StreamWriter|unclosed

import asyncio


async def test_a():
    async def h(r, w):
        await r.read()

    s = await asyncio.start_server(h, "127.0.0.1", 0)
    r, w = await asyncio.open_connection(*s.sockets[0].getsockname())


async def test_b():
    pass
