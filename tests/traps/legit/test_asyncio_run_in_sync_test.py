import asyncio


def test_a():
    assert asyncio.run(asyncio.sleep(0, 7)) == 7


def test_b():
    with asyncio.Runner() as runner:
        assert runner.run(asyncio.sleep(0, 7)) == 7
