"""The check of the tasks: what a test starts, ends with it."""

import asyncio
import contextlib
import gc
import inspect
import types
import weakref
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any

from asyncio_guard.findings import Findings
from asyncio_guard.private import UNRETRIEVED
from asyncio_guard.words import describe, raised_at

# Seconds in which a task may still end by itself; once more, to obey its cancellation.
GRACE = 0.2

# Whether code belongs to the test that runs. A task gets the context of the code that
# makes it: what a server makes that a fixture started is the fixture's.
IN_TEST: ContextVar[bool] = ContextVar("asyncio_guard_in_test", default=False)

Task = asyncio.Task[Any]


class Tasks:
    """Remembers the tasks that a test makes, and those that its fixtures make."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self.of_test: list[weakref.ref[Task]] = []
        # Each with the fixture that was being set up.
        self.of_fixtures: list[tuple[weakref.ref[Task], object]] = []
        self.fixture: object = None

    def make(self, loop: asyncio.AbstractEventLoop, coro: Any, **options: Any) -> Task:
        """Make a task, as the loop would, and note whose it is: a task factory."""
        task = asyncio.Task(coro, loop=loop, **options)
        if IN_TEST.get():
            self.of_test.append(weakref.ref(task))
        else:
            self.of_fixtures.append((weakref.ref(task), self.fixture))
        return task

    async def end_test(self, kept: Iterable[object]) -> None:
        """End the tasks of the test, but for those that a fixture keeps."""
        await self._end(alive(self.of_test), kept, "when the test ends")

    def end_fixture(self, fixture: object, kept: Iterable[object]) -> None:
        """End the tasks of a fixture that was torn down, but for those that another keeps."""
        tasks = [
            task
            for ref, owner in self.of_fixtures
            if owner is fixture and (task := ref()) and not task.done()
        ]
        if tasks and not tasks[0].get_loop().is_running():
            when = "after the tear-down of its fixture"
            tasks[0].get_loop().run_until_complete(self._end(tasks, kept, when))

    async def _end(self, tasks: list[Task], kept: Iterable[object], when: str) -> None:
        running = {task for task in tasks if not task.done()}
        if running:
            _, running = await asyncio.wait(running, timeout=GRACE)
        running -= reachable(kept, running)
        for task in running:
            self._findings.add(
                "tasks",
                f"{describe(task)} still runs {when}. Write: await it, or "
                "cancel it and await it, or `async with asyncio.TaskGroup()`",
            )
        for task in await stop(running):
            self._findings.add(
                "tasks",
                f"{describe(task)} goes on after its cancellation. "
                "Write: `raise` at the end of `except asyncio.CancelledError`",
            )

    def check_errors(self) -> None:
        """Find the exceptions of tasks that ended, and that nobody asked for."""
        running = []
        for ref, owner in self.of_fixtures:
            if task := ref():
                check_future(task, self._findings)
                if not task.done():
                    running.append((ref, owner))
        self.of_fixtures = running
        for task in alive(self.of_test):
            check_future(task, self._findings)
        self.of_test.clear()


def alive(refs: Iterable[weakref.ref[Any]]) -> list[Any]:
    """Return what is still there."""
    return [thing for thing in (ref() for ref in refs) if thing is not None]


def is_unretrieved(future: asyncio.Future[Any]) -> bool:
    """Whether a future holds an exception that nobody asked for."""
    return future.done() and getattr(future, UNRETRIEVED, False)


def check_future(future: asyncio.Future[Any], findings: Findings) -> None:
    """Find an exception that nobody asked a future for, and ask."""
    if is_unretrieved(future):
        error = future.exception()
        name = describe(future) if isinstance(future, asyncio.Task) else "a future"
        findings.add(
            "errors",
            f"{name} failed with {error!r}{raised_at(error)}, and nobody asked. "
            "Write: await it",
        )


async def stop(tasks: set[Task]) -> set[Task]:
    """Cancel tasks; return those that refuse, ended: else the run would wait for ever."""
    for task in tasks:
        task.cancel()
    stubborn = (await asyncio.wait(tasks, timeout=GRACE))[1] if tasks else set()
    for task in stubborn:
        coroutine = task.get_coro()
        with contextlib.suppress(RuntimeError):
            if inspect.iscoroutine(coroutine):
                coroutine.close()
        task.cancel()
        task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
    if stubborn:
        await asyncio.wait(stubborn, timeout=GRACE)
    return stubborn


def reachable(roots: Iterable[object], wanted: Iterable[Any]) -> set[Any]:
    """Return the wanted objects that the roots hold, however deep: those are theirs."""
    missing = {id(thing): thing for thing in wanted}
    found: set[Any] = set()
    seen: set[int] = set()
    level = list(roots) if missing else []
    skip = (types.ModuleType, type, types.FunctionType, asyncio.AbstractEventLoop)
    while level and missing and len(seen) < 100_000:
        level = [t for t in level if id(t) not in seen and not isinstance(t, skip)]
        seen.update(map(id, level))
        found |= {missing.pop(id(t)) for t in level if id(t) in missing}
        level = gc.get_referents(*level)
    return found
