"""Many tasks are ready at once: each works for a moment, all of them for longer than the limit."""

import asyncio
import time

import pytest


async def work() -> None:
    end = time.thread_time() + 0.01
    while time.thread_time() < end:
        pass


@pytest.mark.asyncio
async def test_a() -> None:
    async with asyncio.TaskGroup() as group:
        for _ in range(40):
            group.create_task(work())
