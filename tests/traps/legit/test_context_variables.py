from contextvars import ContextVar

import pytest_asyncio

VALUE = ContextVar("value", default=0)


@pytest_asyncio.fixture
async def seven():
    VALUE.set(7)


async def test_a(seven):
    assert VALUE.get() == 7


async def test_b():
    assert VALUE.get() == 0
