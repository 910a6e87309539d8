# what: A fixture anyio_backend that names trio, in auto mode.
# says: pytest-asyncio runs this trio test, on asyncio
# modes: auto

import pytest


@pytest.fixture
def anyio_backend():
    return "trio"


@pytest.mark.anyio
async def test_a(anyio_backend):
    pass
