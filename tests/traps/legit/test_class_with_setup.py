# what: A class with set-up methods, parameters and fixtures.

import asyncio

import pytest
import pytest_asyncio


class TestNumbers:
    def setup_method(self):
        self.numbers = [1]

    @pytest_asyncio.fixture(params=[1, 2])
    async def number(self, request):
        await asyncio.sleep(0)
        return request.param

    @pytest.mark.parametrize("other", [3, 4])
    async def test_a(self, number, other):
        assert self.numbers == [1]
        assert number < other
