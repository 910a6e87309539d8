# what: A fixture on another event loop, asked for with getfixturevalue.
# says: fixture 'home' was set up on another event loop

import pytest
import pytest_asyncio


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home():
    return 1


@pytest.fixture
def number(request):
    return request.getfixturevalue("home")


@pytest.mark.asyncio(loop_scope="class")
async def test_a(number):
    assert number == 1
