# what: A function-scoped fixture that starts a task of a longer-lived one.

import asyncio

import pytest
import pytest_asyncio


class Pool:
    def __init__(self):
        self.task = None

    def client(self):
        if self.task is None:
            self.task = asyncio.create_task(asyncio.sleep(60))
        return self.task

    async def close(self):
        if self.task is not None:
            self.task.cancel()
            await asyncio.wait([self.task])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool():
    pool = Pool()
    yield pool
    await pool.close()


@pytest_asyncio.fixture(loop_scope="module")
async def client(pool):
    return pool.client()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("number", [1, 2])
async def test_a(pool, client, number):
    assert client is pool.task
