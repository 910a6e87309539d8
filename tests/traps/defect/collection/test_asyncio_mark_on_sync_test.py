# what: The asyncio mark on a test that is not async.
# says: does nothing for a test that is not async

import pytest


@pytest.mark.asyncio
def test_a():
    pass
