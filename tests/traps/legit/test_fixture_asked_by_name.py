# what: A fixture on the same loop, asked for with getfixturevalue.

import pytest
import pytest_asyncio


@pytest_asyncio.fixture
async def number():
    return 1


@pytest.fixture
def wanted(request, number):
    return request.getfixturevalue("number")


async def test_a(wanted):
    assert wanted == 1
