# what: A client per test that keeps its connection, to a server of the test.

import httpx
import pytest_asyncio
from aiohttp import web


@pytest_asyncio.fixture
async def address():
    async def hello(request):
        return web.Response(text="hello")

    application = web.Application()
    application.router.add_get("/", hello)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield "http://127.0.0.1:{}".format(runner.addresses[0][1])
    await runner.cleanup()


@pytest_asyncio.fixture
async def client(address):
    async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
        yield client


async def test_a(client):
    for _ in range(3):
        assert (await client.get("/")).text == "hello"
