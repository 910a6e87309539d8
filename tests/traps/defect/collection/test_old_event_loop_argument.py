# what: A test that asks for event_loop.
# says: the fixture event_loop is gone

import pytest


@pytest.mark.asyncio
async def test_a(event_loop):
    pass
