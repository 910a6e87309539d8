# what: A time limit around the `yield` of a fixture.
# says: asyncio.timeout\(0.02\) around the `yield` of a fixture does not limit the test

import asyncio

import pytest_asyncio


@pytest_asyncio.fixture
async def fx():
    async with asyncio.timeout(0.02):
        yield 1


async def test_a(fx):
    await asyncio.sleep(0.2)
