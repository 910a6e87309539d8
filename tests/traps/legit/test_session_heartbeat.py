# what: A task of a session fixture that runs through all tests.

import asyncio

import pytest
import pytest_asyncio


@pytest_asyncio.fixture(scope="session")
async def beats():
    beats = []

    async def beat():
        while True:
            beats.append(1)
            await asyncio.sleep(0.001)

    async with asyncio.TaskGroup() as group:
        task = group.create_task(beat())
        yield beats
        task.cancel()


@pytest.mark.parametrize("number", [1, 2])
async def test_a(beats, number):
    before = len(beats)
    await asyncio.sleep(0.02)
    assert len(beats) > before
