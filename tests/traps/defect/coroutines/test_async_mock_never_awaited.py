# what: An AsyncMock that is called and not awaited.
# says: coroutine '.*_execute_mock_call'.*never awaited

from unittest.mock import AsyncMock


async def test_a():
    m = AsyncMock()
    m()
    m.assert_called_once()
