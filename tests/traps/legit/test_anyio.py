# modes: strict
import anyio
import pytest


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
async def test_a(anyio_backend):
    async with anyio.create_task_group() as group:
        group.start_soon(anyio.sleep, 0)
