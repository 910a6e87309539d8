# what: A computation in C, during which no other thread runs.
# says: test_blocking_without_release.py:\d+ in test_a blocks the event loop

NUMBERS = [number * 7919 % 1_000_003 for number in range(1_000_000)]


async def test_a():
    assert sorted(NUMBERS)
