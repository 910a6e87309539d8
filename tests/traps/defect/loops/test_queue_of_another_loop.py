# what: A session-scoped queue that a test on a loop of its own waits for.
# says: fixture 'queue' was set up on another event loop

import asyncio

import pytest
import pytest_asyncio


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def queue():
    return asyncio.Queue()


@pytest.mark.asyncio(loop_scope="function")
async def test_a(queue):
    queue.put_nowait(1)
    assert await queue.get() == 1
