# what: An assertion on a coroutine, which is always true.
# says: coroutine 'is_ok'.*never awaited


async def is_ok():
    return False


async def test_a():
    assert is_ok()


async def test_b():
    pass
