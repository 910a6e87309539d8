import pytest


@pytest.mark.xfail(raises=LookupError, strict=True)
async def test_a():
    raise LookupError
