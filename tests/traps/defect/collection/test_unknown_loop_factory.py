# what: A name in loop_factories that no hook returns.
# says: nothing makes the loop of this name

import pytest


@pytest.mark.asyncio(loop_factories=["nonsense"])
async def test_a():
    pass
