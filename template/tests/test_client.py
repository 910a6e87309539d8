"""A real client against a real server: overlap, time limits, cancellation, background tasks."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from {{ cookiecutter.package_name }} import Client

{% if cookiecutter.asyncio_mode == "strict" %}
pytestmark = pytest.mark.asyncio

{% endif %}

@pytest_asyncio.fixture
async def client(server: tuple[str, int]) -> AsyncIterator[Client]:
    """Connect to the server; close the connection after the test, also a failed one."""
    async with await Client.connect(*server) as client:
        yield client


async def test_a_request_gets_its_reply(client: Client) -> None:
    assert await client.request("hello") == "HELLO"


async def test_requests_overlap_on_one_connection(client: Client) -> None:
    replies = await asyncio.gather(*(client.request(f"line {n}") for n in range(20)))
    assert replies == [f"LINE {n}" for n in range(20)]


async def test_a_reply_that_does_not_come_is_a_timeout(server: tuple[str, int]) -> None:
    async with await Client.connect(*server, reply_timeout=0.05) as client:
        with pytest.raises(TimeoutError):
            await client.request("hush")


async def test_a_cancelled_request_leaves_the_connection_in_order(
    client: Client,
) -> None:
    given_up = asyncio.create_task(client.request("first"))
    await asyncio.sleep(0)  # The request is sent, its reply is still on the way.
    given_up.cancel()
    assert await client.request("second") == "SECOND"
    assert given_up.cancelled()


async def test_a_hang_up_ends_the_request_that_waits(client: Client) -> None:
    with pytest.raises(ConnectionError, match="ended before the reply"):
        await client.request("bye")
    assert client.closed


async def test_closing_ends_the_background_task_and_what_waits_for_it(
    client: Client,
) -> None:
    waits = asyncio.create_task(client.request("hush"))
    await asyncio.sleep(0)
    await client.aclose()
    assert client.closed
    with pytest.raises(ConnectionError, match="ended before the reply"):
        await waits


async def test_a_request_is_one_line(client: Client) -> None:
    with pytest.raises(ValueError, match="a request is one line"):
        await client.request("two\nlines")


async def test_nobody_listens(unused_tcp_port: int) -> None:
    with pytest.raises(ConnectionRefusedError):
        await Client.connect("127.0.0.1", unused_tcp_port)
