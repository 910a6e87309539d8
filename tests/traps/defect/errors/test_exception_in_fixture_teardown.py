# what: A failed task of a fixture's tear-down, which nobody awaits.
# says: ValueError\('in tear-down'\)

import asyncio

import pytest_asyncio


async def fail():
    raise ValueError("in tear-down")


@pytest_asyncio.fixture
async def resource():
    yield 1
    asyncio.create_task(fail())
    await asyncio.sleep(0.01)


async def test_a(resource):
    assert resource == 1
