# what: Exceptions of a task group, expected.

import asyncio

import pytest


async def fail(error):
    raise error


async def test_a():
    with pytest.raises(ExceptionGroup) as caught:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail(ValueError("a")))
            group.create_task(fail(KeyError("b")))
    assert len(caught.value.exceptions) >= 1


async def test_b():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail(ValueError("a")))
    except* ValueError:
        pass
