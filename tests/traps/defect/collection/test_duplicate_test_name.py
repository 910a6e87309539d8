# what: Two tests of one name: the first never runs.
# says: the second test_a hides the first, in line \d+


async def test_a():
    assert False


async def test_a():
    pass
