# what: A task of a fixture that fails, and that nobody awaits.
# says: Task exception was never retrieved: ValueError\('in fixture'\)

import asyncio

import pytest_asyncio


async def boom():
    raise ValueError("in fixture")


@pytest_asyncio.fixture
async def broken():
    asyncio.create_task(boom())
    await asyncio.sleep(0.01)


async def test_a(broken):
    pass
