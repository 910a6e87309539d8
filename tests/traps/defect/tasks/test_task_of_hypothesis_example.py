# what: A task that each example of hypothesis leaves.
# says: task 'forever', made at .*still runs when the test ends

import asyncio

import pytest
from hypothesis import given, settings, strategies

KEPT = set()


async def forever():
    await asyncio.Event().wait()


@pytest.mark.asyncio
@settings(max_examples=3, deadline=None)
@given(strategies.integers())
async def test_a(number):
    KEPT.add(asyncio.create_task(forever()))
    await asyncio.sleep(0)
