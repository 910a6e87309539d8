# what: A test that fails.
# says: assert False


async def test_a():
    assert False
