# A call that blocks the event loop.
# refused with: in test_blocked_loop blocks the event loop
# checked by: blocking
import time

import pytest


@pytest.mark.asyncio
async def test_blocked_loop():
    time.sleep(0.5)
