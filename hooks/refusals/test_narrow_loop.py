# An async fixture that outlives the loop it runs on.
# refused with: ScopeMismatch
import pytest
import pytest_asyncio


@pytest_asyncio.fixture(scope="module", loop_scope="function")
async def number():
    return 1


@pytest.mark.asyncio
async def test_narrow_loop(number):
    pass
