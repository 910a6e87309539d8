import pytest


@pytest.mark.skipif(True, reason="not here")
async def test_a():
    raise AssertionError


async def test_b():
    pass
