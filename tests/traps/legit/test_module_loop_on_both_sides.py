import asyncio

import pytest
import pytest_asyncio


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home():
    return asyncio.get_running_loop()


@pytest.mark.asyncio(loop_scope="module")
async def test_a(home):
    assert home is asyncio.get_running_loop()


@pytest.mark.asyncio(loop_scope="module")
async def test_b(home):
    assert home is asyncio.get_running_loop()
