# what: Tasks and coroutines that a fixture takes care of at its end.

import asyncio

import pytest_asyncio


@pytest_asyncio.fixture
async def later():
    things = []
    yield things
    await asyncio.gather(*things)


async def test_a(later):
    later.append(asyncio.create_task(asyncio.sleep(0.3)))
    later.append(asyncio.sleep(0))
