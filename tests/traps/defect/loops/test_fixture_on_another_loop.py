# what: A fixture on the loop of its module, a test on that of its class.
# says: fixture 'home' was set up on another event loop

import asyncio

import pytest
import pytest_asyncio


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home():
    return asyncio.get_running_loop()


@pytest.mark.asyncio(loop_scope="class")
async def test_a(home):
    """Runs on two loops, and nothing says so: the fixture's loop never turns during the test."""
    assert home is not None
