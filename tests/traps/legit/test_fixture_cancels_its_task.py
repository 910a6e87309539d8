# what: A fixture that cancels its task and does not wait for it.

import asyncio

import pytest_asyncio


@pytest_asyncio.fixture
async def worker():
    task = asyncio.create_task(asyncio.sleep(60))
    yield task
    task.cancel()


async def test_a(worker):
    assert not worker.done()
