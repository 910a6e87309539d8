# what: A fixture event_loop_policy, as before 1.4.
# says: a fixture event_loop_policy is the old way

import asyncio

import pytest


@pytest.fixture(scope="session")
def event_loop_policy():
    return asyncio.DefaultEventLoopPolicy()


@pytest.mark.asyncio
async def test_a():
    pass
