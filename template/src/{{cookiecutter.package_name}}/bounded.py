"""Concurrency with a limit."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
{% if cookiecutter.python_min == "3.11" %}
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def map_bounded(
{% else %}


async def map_bounded[T, R](
{% endif %}
    function: Callable[[T], Awaitable[R]], items: Iterable[T], *, limit: int
) -> list[R]:
    """Call `function` on each item, at most `limit` calls at a time.

    Returns the results in the order of the items. When a call fails, the others are
    cancelled, their clean-up has run on return, and the errors come as an ExceptionGroup.
    Raises ValueError when `limit` is below 1.
    """
    if limit < 1:
        raise ValueError(f"limit must be at least 1, not {limit}")
    slots = asyncio.Semaphore(limit)

    async def call(item: T) -> R:
        async with slots:
            return await function(item)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(call(item)) for item in items]
    return [task.result() for task in tasks]
