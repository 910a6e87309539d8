# what: A computation that blocks the loop.
# says: test_busy_loop.py:\d+ in work blocks the event loop

import time


def work():
    end = time.thread_time() + 0.4
    while time.thread_time() < end:
        sum(range(1000))


async def test_a():
    work()
