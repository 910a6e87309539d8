# what: An `event_loop` fixture whose function has another name.
# says: do not use a fixture event_loop

import asyncio

import pytest


@pytest.fixture(name="event_loop", scope="module")
def the_loop():
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


async def test_a():
    pass
