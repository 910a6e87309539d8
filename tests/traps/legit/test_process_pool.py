# what: A computation in another process.

import asyncio
import concurrent.futures
import multiprocessing

import pytest


@pytest.fixture
def pool():
    spawn = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=spawn) as pool:
        yield pool


async def test_a(pool):
    loop = asyncio.get_running_loop()
    assert await loop.run_in_executor(pool, abs, -1) == 1
