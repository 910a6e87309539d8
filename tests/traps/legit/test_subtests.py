import asyncio


async def test_a(subtests):
    for n in range(3):
        with subtests.test(n=n):
            await asyncio.sleep(0)
