import pytest
import pytest_asyncio


@pytest.fixture(scope="session")
def number():
    return 1


@pytest_asyncio.fixture
async def double(number):
    return number * 2


async def test_a(double, number):
    assert double == 2 * number
