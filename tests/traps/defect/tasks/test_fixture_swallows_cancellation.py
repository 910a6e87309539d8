# what: A fixture's task that refuses to be cancelled.
# says: task 'stubborn', made at .*goes on after its cancellation

import asyncio

import pytest_asyncio

KEPT = []


async def stubborn():
    while True:
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            pass


@pytest_asyncio.fixture
async def worker():
    KEPT.append(asyncio.create_task(stubborn()))
    await asyncio.sleep(0)
    yield 1


async def test_a(worker):
    assert worker == 1


async def test_b():
    pass
