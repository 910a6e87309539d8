# what: A fixture that classes override, with a loop of their own.

import pytest
import pytest_asyncio


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def number():
    return 1


@pytest.mark.asyncio(loop_scope="class")
class TestA:
    @pytest_asyncio.fixture(loop_scope="class")
    async def number(self):
        return 2

    async def test_a(self, number):
        assert number == 2


@pytest.mark.asyncio(loop_scope="module")
class TestAB:
    async def test_a(self, number):
        assert number == 1
