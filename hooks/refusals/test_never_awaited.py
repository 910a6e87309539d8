# A coroutine that is made and never awaited.
# refused with: coroutine 'save' was never awaited
import pytest


async def save():
    pass


@pytest.mark.asyncio
async def test_never_awaited():
    save()
