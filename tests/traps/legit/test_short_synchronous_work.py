import time


async def test_a():
    time.sleep(0.03)
