# what: A fixture event_loop, as before 1.0.
# says: do not use a fixture event_loop

import asyncio

import pytest


@pytest.fixture(scope="session")
def event_loop():
    l = asyncio.new_event_loop()
    yield l
    l.close()


@pytest.mark.asyncio
async def test_a():
    pass
