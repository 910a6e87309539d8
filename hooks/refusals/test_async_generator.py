# An async test with a yield: an async generator, which no test is.
# refused with: Tests based on asynchronous generators are not supported
import pytest


@pytest.mark.asyncio
async def test_async_generator():
    yield
    raise AssertionError("nothing runs this far")
