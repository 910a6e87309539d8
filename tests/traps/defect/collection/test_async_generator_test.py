# what: A test with a `yield`.
# says: async generator, which nothing runs


async def test_a():
    assert False
    yield
