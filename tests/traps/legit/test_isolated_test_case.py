# what: unittest's own class for async tests.

import asyncio
import unittest


class TestA(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.task = asyncio.create_task(asyncio.sleep(60))
        self.addAsyncCleanup(self.stop)

    async def stop(self):
        self.task.cancel()
        await asyncio.wait([self.task])

    async def test_a(self):
        self.assertFalse(self.task.done())

    def test_b(self):
        self.assertTrue(True)
