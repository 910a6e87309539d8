# modes: auto
import asyncio


async def test_a():
    await asyncio.sleep(0)


def test_s():
    pass
