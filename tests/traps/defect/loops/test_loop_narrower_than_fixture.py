# what: A fixture whose loop ends before it.
# says: lives longer than the event loop it runs on

import pytest
import pytest_asyncio


@pytest_asyncio.fixture(scope="module", loop_scope="function")
async def number():
    return 1


@pytest.mark.asyncio
async def test_a(number):
    pass
