# what: An exception in the handler of a server.
# says: Unhandled exception in client_connected_cb: ValueError\('handler bug'\) at .*test_server_handler_raises.py

import asyncio


async def test_a():
    async def h(r, w):
        raise ValueError("handler bug")

    s = await asyncio.start_server(h, "127.0.0.1", 0)
    r, w = await asyncio.open_connection(*s.sockets[0].getsockname())
    await asyncio.sleep(0.05)
    w.close()
    s.close()


async def test_b():
    pass
