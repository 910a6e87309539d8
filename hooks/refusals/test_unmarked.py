# An async test without a mark, in strict mode.
# refused with: async def functions are not natively supported
# in mode: strict


async def test_unmarked():
    pass
