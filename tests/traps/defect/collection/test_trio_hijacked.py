# what: A trio test that auto mode runs on asyncio.
# says: pytest-asyncio runs this trio test, on asyncio
# modes: auto

import pytest


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["trio"])
async def test_a(anyio_backend):
    pass
