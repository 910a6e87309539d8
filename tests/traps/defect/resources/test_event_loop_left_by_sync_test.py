# what: An event loop that a sync test makes and keeps.
# says: EventLoop.* stays open

import asyncio

KEPT = []


def test_a():
    KEPT.append(asyncio.new_event_loop())
