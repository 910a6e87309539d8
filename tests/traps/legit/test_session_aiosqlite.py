# what: A SQLite connection, which has a thread, for all tests.

import aiosqlite
import pytest
import pytest_asyncio


@pytest_asyncio.fixture(scope="session")
async def connection():
    async with aiosqlite.connect(":memory:") as connection:
        yield connection


@pytest.mark.parametrize("number", [1, 2])
async def test_a(connection, number):
    async with connection.execute("select ?", (number,)) as cursor:
        assert await cursor.fetchone() == (number,)
