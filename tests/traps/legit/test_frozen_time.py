# what: A test that travels in time.

import asyncio
import datetime

import time_machine


async def test_a():
    with time_machine.travel(datetime.datetime(2050, 1, 1, tzinfo=datetime.UTC), tick=False):
        await asyncio.sleep(0.05)
        assert datetime.datetime.now(datetime.UTC).year == 2050
