# A failing async test.
# refused with: assert 1 == 2
import pytest


async def answer():
    return 1


@pytest.mark.asyncio
async def test_failing():
    assert await answer() == 2
