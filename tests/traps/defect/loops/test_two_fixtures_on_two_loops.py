# what: Two fixtures on two event loops.
# says: fixtures 'pool' .* and 'home' run on two event loops

import pytest
import pytest_asyncio


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home():
    return 1


@pytest_asyncio.fixture(scope="class", loop_scope="class")
async def pool(home):
    return 2


@pytest.mark.asyncio(loop_scope="class")
async def test_a(pool):
    pass
