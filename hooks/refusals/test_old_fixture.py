# A fixture that pytest-asyncio no longer uses.
# refused with: do not use a fixture event_loop
# checked by: collection
import asyncio

import pytest


@pytest.fixture
def event_loop():
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.mark.asyncio
async def test_old_fixture():
    pass
