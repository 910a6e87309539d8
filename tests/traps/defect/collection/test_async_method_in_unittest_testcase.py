# what: An async method of unittest.TestCase.
# says: Write: unittest.IsolatedAsyncioTestCase

import unittest


class T(unittest.TestCase):
    async def test_a(self):
        self.fail("ran")
