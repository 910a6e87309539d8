"""Short work on the loop takes long on a busy machine: the thread waits for a processor, it does not block."""

import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio


@pytest_asyncio.fixture
async def busy() -> AsyncIterator[None]:
    """Share one processor with processes that want all of it."""
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(12)]
    allowed = os.sched_getaffinity(0)
    try:
        for pid in [0, *(other.pid for other in others)]:
            os.sched_setaffinity(pid, {min(allowed)})
        yield
    finally:
        os.sched_setaffinity(0, allowed)
        for other in others:
            other.kill()
            other.wait()


@pytest.mark.asyncio
@pytest.mark.usefixtures("busy")
async def test_a() -> None:
    end = time.thread_time() + 0.05
    while time.thread_time() < end:
        pass
