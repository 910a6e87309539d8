# what: A coroutine that a fixture makes and never awaits.
# says: coroutine 'save'.*never awaited

import pytest_asyncio


async def save():
    pass


@pytest_asyncio.fixture
async def saved():
    save()


async def test_a(saved):
    pass
