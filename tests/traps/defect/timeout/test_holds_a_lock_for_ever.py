# what: A test that waits with a lock which the next test needs.
# says: the test was cancelled at (.*\n)*.*1 failed, 1 passed

import asyncio

import pytest
import pytest_asyncio


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lock():
    return asyncio.Lock()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.timeout(1)
async def test_a(lock):
    async with lock:
        await asyncio.Event().wait()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.timeout(2)
async def test_b(lock):
    async with lock:
        pass
