# An async fixture behind @pytest.fixture, in strict mode.
# refused with: requested an async fixture 'number'
# in mode: strict
import pytest


@pytest.fixture
async def number():
    return 1


@pytest.mark.asyncio
async def test_plain_fixture(number):
    pass
