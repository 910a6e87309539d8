# what: A decorator that calls the async test and drops what it gets.
# says: coroutine 'test_a'.*never awaited
# modes: auto

import functools


def deco(f):
    @functools.wraps(f)
    def w(*a, **k):
        f(*a, **k)

    return w


@deco
async def test_a():
    assert False, "ran"
