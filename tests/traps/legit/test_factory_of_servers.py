# what: A fixture that makes servers, as many as a test wants, and closes them.

import asyncio

import pytest_asyncio


async def echo(reader, writer):
    writer.write(await reader.readline())
    writer.close()


@pytest_asyncio.fixture
async def make_server():
    servers = []

    async def make():
        servers.append(await asyncio.start_server(echo, "127.0.0.1", 0))
        return servers[-1].sockets[0].getsockname()

    yield make
    for server in servers:
        server.close()
        await server.wait_closed()


async def test_a(make_server):
    for address in [await make_server(), await make_server()]:
        reader, writer = await asyncio.open_connection(*address)
        writer.write(b"hello\n")
        assert await reader.readline() == b"hello\n"
        writer.close()
        await writer.wait_closed()
