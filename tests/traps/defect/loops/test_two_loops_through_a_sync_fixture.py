# what: Two fixtures on two event loops, with a sync fixture between them.
# says: fixtures 'pool' .* and 'address' run on two event loops

import pytest
import pytest_asyncio


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server():
    return 1


@pytest.fixture
def address(server):
    return server


@pytest_asyncio.fixture(loop_scope="class")
async def pool(address):
    return address


def test_a(pool):
    assert pool == 1
