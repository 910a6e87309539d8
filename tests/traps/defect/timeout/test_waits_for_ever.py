# what: An async test that waits for ever.
# says: the test was cancelled at .*test_waits_for_ever.py:\d+ in test_a

import asyncio

import pytest

CLEANED_UP = []


@pytest.mark.timeout(1)
async def test_a():
    try:
        await asyncio.Event().wait()
    finally:
        CLEANED_UP.append(True)


async def test_b():
    assert CLEANED_UP
