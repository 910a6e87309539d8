# what: A signal that a test handles.

import asyncio
import os
import signal


async def test_a():
    loop = asyncio.get_running_loop()
    seen = asyncio.Event()
    loop.add_signal_handler(signal.SIGUSR1, seen.set)
    os.kill(os.getpid(), signal.SIGUSR1)
    await asyncio.wait_for(seen.wait(), 1)
    loop.remove_signal_handler(signal.SIGUSR1)
