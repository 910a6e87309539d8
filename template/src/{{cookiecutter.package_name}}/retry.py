"""Trying again, with pauses that grow."""

import asyncio
from collections.abc import Awaitable, Callable
{% if cookiecutter.python_min == "3.11" %}
from typing import TypeVar

T = TypeVar("T")


async def retry(
{% else %}


async def retry[T](
{% endif %}
    operation: Callable[[], Awaitable[T]],
    *,
    attempts: int = 3,
    pause: float = 0.1,
    attempt_timeout: float | None = None,
    retry_on: tuple[type[Exception], ...] = (OSError,),
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> T:
    """Await `operation()` until it succeeds, at most `attempts` times.

    `pause` is the wait before the second attempt, in seconds; it doubles each time.
    `attempt_timeout` limits one attempt, in seconds; one that exceeds it counts as a
    TimeoutError, which is an OSError. An error that is not in `retry_on`, and the error
    of the last attempt, reach the caller. Raises ValueError when `attempts` is below 1.
    """
    if attempts < 1:
        raise ValueError(f"attempts must be at least 1, not {attempts}")

    async def attempt() -> T:
        async with asyncio.timeout(attempt_timeout):
            return await operation()

    for number in range(attempts - 1):
        try:
            return await attempt()
        except retry_on:
            await sleep(pause * 2**number)
    return await attempt()
