# what: A server that is not closed.
# says: Server.* stays open. Write: close\(\)|unclosed

import asyncio


async def handle(reader, writer):
    writer.close()


async def test_a():
    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    assert server.is_serving()
