async def work():
    pass


async def test_a():
    coroutine = work()
    coroutine.close()
