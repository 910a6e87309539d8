import asyncio

import pytest
import pytest_asyncio


@pytest.mark.asyncio(loop_scope="class")
class TestA:
    @pytest_asyncio.fixture(scope="class", loop_scope="class")
    @classmethod
    async def home(cls):
        return asyncio.get_running_loop()

    async def test_a(self, home):
        assert home is asyncio.get_running_loop()
