"""AsyncMock stands in for what is awaited; no test waits for a real pause."""

import asyncio
from unittest.mock import AsyncMock, call

import pytest

from {{ cookiecutter.package_name }} import retry

{% if cookiecutter.asyncio_mode == "strict" %}
pytestmark = pytest.mark.asyncio

{% endif %}

async def test_tries_again_until_it_succeeds() -> None:
    operation = AsyncMock(side_effect=[ConnectionError, ConnectionError, "done"])
    sleep = AsyncMock()
    assert await retry(operation, pause=0.5, sleep=sleep) == "done"
    assert sleep.await_args_list == [call(0.5), call(1.0)]


async def test_the_last_error_reaches_the_caller() -> None:
    operation = AsyncMock(side_effect=[ConnectionError("one"), ConnectionError("last")])
    with pytest.raises(ConnectionError, match="last"):
        await retry(operation, attempts=2, sleep=AsyncMock())


async def test_other_errors_are_not_tried_again() -> None:
    operation = AsyncMock(side_effect=KeyError("unknown"))
    with pytest.raises(KeyError):
        await retry(operation, sleep=AsyncMock())
    operation.assert_awaited_once_with()


async def test_an_attempt_that_hangs_is_cancelled() -> None:
    operation = AsyncMock(side_effect=asyncio.Event().wait)
    with pytest.raises(TimeoutError):
        await retry(operation, attempts=2, attempt_timeout=0.01, sleep=AsyncMock())
    assert operation.await_count == 2


async def test_attempts_must_be_positive() -> None:
    with pytest.raises(ValueError, match="attempts must be at least 1, not 0"):
        await retry(AsyncMock(), attempts=0)
