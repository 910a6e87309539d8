from unittest.mock import AsyncMock


async def test_a():
    mock = AsyncMock(return_value=1)
    assert await mock() == 1
    mock.assert_awaited_once()
