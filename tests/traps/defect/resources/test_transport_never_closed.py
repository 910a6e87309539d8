# what: A connection of a Protocol that is not closed.
# says: Transport.* stays open. Write: close\(\)|unclosed

import asyncio


async def test_a():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(asyncio.Protocol, "127.0.0.1", 0)
    address = server.sockets[0].getsockname()
    transport, _ = await loop.create_connection(asyncio.Protocol, *address)
    server.close()
    assert not transport.is_closing()
