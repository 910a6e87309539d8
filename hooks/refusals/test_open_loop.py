# An event loop that nobody closes.
# refused with: stays open
# checked by: resources
import asyncio

import pytest

KEPT = []


@pytest.mark.asyncio
async def test_open_loop():
    KEPT.append(asyncio.new_event_loop())
