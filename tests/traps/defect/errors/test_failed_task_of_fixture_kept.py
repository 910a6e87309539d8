# what: A failed task of a fixture, which a global holds.
# says: task 'fail', made at .*failed with ValueError\('kept'\)

import asyncio

import pytest_asyncio

KEPT = []


async def fail():
    raise ValueError("kept")


@pytest_asyncio.fixture
async def resource():
    KEPT.append(asyncio.create_task(fail()))
    await asyncio.sleep(0)


async def test_a(resource):
    await asyncio.sleep(0)
