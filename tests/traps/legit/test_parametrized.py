import asyncio

import pytest


@pytest.mark.parametrize("n", [1, 2])
async def test_a(n):
    assert await asyncio.sleep(0, n) == n
