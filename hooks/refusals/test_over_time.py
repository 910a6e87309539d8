# A test that waits for ever.
# refused with: the test was cancelled
# checked by: timeout
import asyncio

import pytest


@pytest.mark.timeout(2)
@pytest.mark.asyncio
async def test_over_time():
    await asyncio.Event().wait()
