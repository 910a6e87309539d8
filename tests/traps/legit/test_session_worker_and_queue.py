# what: A worker of a session fixture, and its queue.
# needs: its order

import asyncio

import pytest_asyncio


@pytest_asyncio.fixture(scope="session")
async def res():
    q = asyncio.Queue()
    done = []

    async def worker():
        while True:
            done.append(await q.get())
            q.task_done()

    t = asyncio.create_task(worker())
    yield q, done
    t.cancel()


async def test_a(res):
    q, done = res
    q.put_nowait(1)
    await q.join()
    assert done == [1]


async def test_b(res):
    q, done = res
    q.put_nowait(1)
    await q.join()
    assert done == [1, 1]
