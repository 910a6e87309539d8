# An async method of a class that awaits nothing.
# refused with: unittest.TestCase awaits nothing|a value that is not None from a test case|never awaited
import unittest


class TestMethod(unittest.TestCase):
    async def test_unittest_method(self):
        self.fail("nothing runs this")
