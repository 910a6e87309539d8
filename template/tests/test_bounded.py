"""Events and barriers bring tasks to a known point; nothing here sleeps."""

import asyncio

import pytest

from {{ cookiecutter.package_name }} import map_bounded

{% if cookiecutter.asyncio_mode == "strict" %}
pytestmark = pytest.mark.asyncio

{% endif %}

async def test_results_keep_the_order_of_the_items() -> None:
    second_ended = asyncio.Event()

    async def work(item: int) -> int:
        if item == 1:
            await second_ended.wait()
        else:
            second_ended.set()
        return item * 10

    assert await map_bounded(work, [1, 2], limit=2) == [10, 20]


async def test_as_many_calls_run_at_once_as_the_limit_allows() -> None:
    everyone = asyncio.Barrier(3)

    async def work(item: int) -> int:
        return await everyone.wait()

    async with asyncio.timeout(5):
        assert sorted(await map_bounded(work, range(3), limit=3)) == [0, 1, 2]


async def test_no_more_calls_run_at_once_than_the_limit() -> None:
    running = most = 0

    async def work(item: int) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)  # Lets the others run, if they may.
        running -= 1

    await map_bounded(work, range(10), limit=2)
    assert most == 2


async def test_an_error_cancels_the_others_and_their_cleanup_runs() -> None:
    started = asyncio.Event()
    cleaned_up = False

    async def work(item: str) -> None:
        nonlocal cleaned_up
        if item == "fails":
            await started.wait()
            raise LookupError(item)
        try:
            started.set()
            await asyncio.Event().wait()
        finally:
            cleaned_up = True

    with pytest.raises(ExceptionGroup) as caught:
        await map_bounded(work, ["waits", "fails"], limit=2)
    assert caught.group_contains(LookupError, match="fails")
    assert cleaned_up


async def test_cancelling_the_caller_cancels_the_calls() -> None:
    started = asyncio.Event()
    cancelled = asyncio.Event()

    async def work(item: int) -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    task = asyncio.create_task(map_bounded(work, [1], limit=1))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert cancelled.is_set()


async def test_the_limit_must_be_positive() -> None:
    with pytest.raises(ValueError, match="limit must be at least 1, not 0"):
        await map_bounded(asyncio.sleep, [0.0], limit=0)
