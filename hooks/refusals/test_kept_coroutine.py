# A coroutine that something holds, and nobody awaits.
# refused with: the coroutine 'save', made at .*, is never awaited
# checked by: coroutines
import pytest

KEPT = []


async def save():
    pass


@pytest.mark.asyncio
async def test_kept_coroutine():
    KEPT.append(save())
