# what: A computation that blocks the loop.
# says: test_busy_loop.py:\d+ in work blocks the event loop

import time


def work():
    end = time.monotonic() + 0.4
    while time.monotonic() < end:
        sum(range(1000))


async def test_a():
    work()
