import asyncio


async def test_a():
    async def boom():
        raise LookupError("expected")

    results = await asyncio.gather(boom(), asyncio.sleep(0, 1), return_exceptions=True)
    assert isinstance(results[0], LookupError)
