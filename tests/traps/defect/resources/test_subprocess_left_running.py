# what: A subprocess that the test does not wait for.
# says: SubprocessTransport.* stays open|subprocess \d+ is still running

import asyncio

NOWHERE = asyncio.subprocess.DEVNULL


async def test_a():
    await asyncio.create_subprocess_exec("sleep", "30", stdout=NOWHERE, stderr=NOWHERE)
