# what: A fixture's task that still runs after the fixture's tear-down.
# says: task 'forever', made at .*still runs after the tear-down of its fixture

import asyncio

import pytest_asyncio

KEPT = []


async def forever():
    await asyncio.Event().wait()


@pytest_asyncio.fixture
async def worker():
    KEPT.append(asyncio.create_task(forever()))
    yield 1


async def test_a(worker):
    assert worker == 1
