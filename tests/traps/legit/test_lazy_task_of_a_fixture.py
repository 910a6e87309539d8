import asyncio

import pytest_asyncio


class Client:
    task = None

    async def start(self):
        self.task = asyncio.create_task(asyncio.Event().wait())

    async def close(self):
        if self.task:
            self.task.cancel()
            await asyncio.wait({self.task})


@pytest_asyncio.fixture
async def client():
    client = Client()
    yield client
    await client.close()


async def test_a(client):
    await client.start()
    assert not client.task.done()
