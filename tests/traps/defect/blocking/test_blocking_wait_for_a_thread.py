# what: A wait for a thread that blocks the loop.
# says: test_blocking_wait_for_a_thread.py:\d+ in test_a blocks the event loop

import concurrent.futures
import time


async def test_a():
    with concurrent.futures.ThreadPoolExecutor() as pool:
        pool.submit(time.sleep, 0.4).result()
