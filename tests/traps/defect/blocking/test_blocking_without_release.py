# what: A computation in C, during which no other thread runs.
# says: test_blocking_without_release.py:\d+ in test_a blocks the event loop


async def test_a():
    assert sum(range(50_000_000))
