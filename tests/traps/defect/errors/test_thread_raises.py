# what: An exception in a thread.
# says: ZeroDivisionError

import threading


async def test_a():
    t = threading.Thread(target=lambda: 1 / 0)
    t.start()
    t.join()
