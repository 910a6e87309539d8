# what: A synchronous call that blocks the loop.
# says: test_blocking_call.py:\d+ in test_a blocks the event loop

import time


async def test_a():
    time.sleep(0.3)
