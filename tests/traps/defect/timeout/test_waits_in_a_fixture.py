# what: A fixture that waits for ever; the next test can use what it held.
# says: Timeout .*1.*s(.*\n)*.*1 passed, 1 error

import asyncio

import pytest
import pytest_asyncio

CLEANED_UP = []


@pytest_asyncio.fixture
async def resource():
    try:
        await asyncio.Event().wait()
    finally:
        CLEANED_UP.append(True)


@pytest.mark.timeout(1)
async def test_a(resource):
    pass


async def test_b():
    assert CLEANED_UP
