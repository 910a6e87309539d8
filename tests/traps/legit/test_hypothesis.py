import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.asyncio
@given(st.integers())
async def test_a(n):
    assert await asyncio.sleep(0, n) == n
