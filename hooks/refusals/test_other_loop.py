# A fixture on another event loop than its test.
# refused with: the fixture 'number' was set up on another event loop
# checked by: loops
import pytest
import pytest_asyncio


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def number():
    return 1


@pytest.mark.asyncio(loop_scope="class")
async def test_other_loop(number):
    pass
