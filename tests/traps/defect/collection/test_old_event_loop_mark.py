# what: The mark asyncio_event_loop.
# says: this mark is gone

import pytest


@pytest.mark.asyncio_event_loop
class TestA:
    async def test_a(self):
        pass
