import asyncio

import pytest


async def test_a():
    inner = asyncio.ensure_future(asyncio.sleep(0.01, "done"))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.001):
            await asyncio.shield(inner)
    assert await inner == "done"
