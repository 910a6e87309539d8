"""One pool for all tests of a file: the fixture and the tests name the same loop scope."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from line_server import line_server

from {{ cookiecutter.package_name }} import Pool

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[Pool]:
    """Open a server and a pool once; close both after the last test of this file."""
    async with line_server() as address, Pool(*address, size=2) as pool:
        yield pool


async def ask(pool: Pool, line: str) -> str:
    async with pool.client() as client:
        return await client.request(line)


async def test_many_tasks_share_few_connections(pool: Pool) -> None:
    replies = await asyncio.gather(*(ask(pool, f"line {n}") for n in range(10)))
    assert replies == [f"LINE {n}" for n in range(10)]


async def test_a_connection_is_used_again(pool: Pool) -> None:
    async with pool.client() as first:
        pass
    async with pool.client() as second:
        assert second is first


async def test_a_broken_connection_is_replaced(pool: Pool) -> None:
    with pytest.raises(ConnectionError):
        await ask(pool, "bye")
    assert await ask(pool, "hello") == "HELLO"


async def test_a_task_waits_while_all_connections_are_lent(pool: Pool) -> None:
    async with pool.client(), pool.client():
        waits = asyncio.create_task(ask(pool, "hello"))
        await asyncio.sleep(0)
        assert not waits.done()
    assert await waits == "HELLO"
