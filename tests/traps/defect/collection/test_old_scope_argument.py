# what: `scope=` on the asyncio mark.
# says: `scope=` is the old name|loop_scope

import pytest


@pytest.mark.asyncio(scope="module")
async def test_a():
    pass
