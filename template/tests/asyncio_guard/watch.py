"""The hooks: what the guard does when pytest begins and ends the run, a fixture, a test."""

import asyncio
import contextlib
import gc
import logging
import sys
from collections.abc import Callable, Coroutine, Generator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from asyncio_guard.advice import add_advice
from asyncio_guard.collection import file_mistakes, item_mistakes
from asyncio_guard.configuration import mode_mistake
from asyncio_guard.findings import Findings
from asyncio_guard.leftovers import AsyncioLog, Leftovers
from asyncio_guard.loops import Loops
from asyncio_guard.private import fixture_facts, unwatched
from asyncio_guard.tasks import IN_TEST, Tasks, stop
from asyncio_guard.watchdog import Run, Watchdog

__tracebackhide__ = True  # pytest leaves the frames of this file out of its reports.

HIJACKED = (
    "pytest-asyncio runs this trio test, on asyncio. "
    'Write: asyncio_mode = "strict", and marks on the asyncio tests'
)


class Watch:
    """Watches each test, from its set-up to its tear-down."""

    def __init__(self, config: pytest.Config) -> None:
        self.off = config.getini("asyncio_guard_off")
        self.findings = Findings(self.off)
        self.loops = Loops(self.findings)
        self.tasks = Tasks(self.findings)
        self.leftovers = Leftovers(self.findings)
        limit = float(config.getini("asyncio_guard_blocking"))
        self.watchdog = Watchdog(self.findings, limit)
        self.stack = contextlib.ExitStack()
        # Of the test that runs: the names of its fixtures, and what they gave.
        self.names: set[str] = set()
        self.kept: dict[str, object] = {}

    # ── the run ──

    def pytest_sessionstart(self) -> None:
        """Begin to look at what asyncio logs, what it runs, and what tests make."""
        log = AsyncioLog(self.findings)
        logging.getLogger("asyncio").addHandler(log)
        self.stack.callback(logging.getLogger("asyncio").removeHandler, log)
        for callback in (self.leftovers.note, self.watchdog.excuse):
            gc.callbacks.append(callback)
            self.stack.callback(gc.callbacks.remove, callback)
        depth = sys.get_coroutine_origin_tracking_depth()
        sys.set_coroutine_origin_tracking_depth(max(4, depth))
        self.stack.callback(sys.set_coroutine_origin_tracking_depth, depth)
        patch = self.stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(asyncio.Runner, "run", self.watched_run(asyncio.Runner.run))
        request = pytest.FixtureRequest
        patch.setattr(request, "getfixturevalue", self.noted(request.getfixturevalue))
        transport: Any = asyncio.BaseTransport
        init = self.leftovers.watched_init(transport.__init__)
        patch.setattr(transport, "__init__", init)
        self.watchdog.start()
        self.stack.callback(self.watchdog.stop)

    def pytest_sessionfinish(self) -> None:
        """Leave everything as it was."""
        self.stack.close()

    def pytest_enter_pdb(self) -> None:
        """Let a person take the time to look."""
        self.watchdog.watched = None

    # ── collection ──

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Refuse a file with a mistake in it, as pytest refuses one with a syntax error."""
        report = yield
        if report.passed and "collection" not in self.off:
            paths: list[Path] = []
            if isinstance(collector, pytest.Module):
                paths = [collector.path]
            elif isinstance(collector, pytest.Directory):
                paths = [
                    collector.path / name for name in ("__init__.py", "conftest.py")
                ]
            mistakes = [
                m for path in paths if path.is_file() for m in file_mistakes(path)
            ]
            if mistakes:
                report.outcome, report.result = "failed", []
                report.longrepr = "\n".join(
                    f"asyncio guard: {mistake}. [collection]" for mistake in mistakes
                )
        return report

    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Refuse a run in which the mode does not fit the tests; a worker cannot."""
        if "configuration" in self.off or hasattr(config, "workerinput"):
            return
        if mistake := mode_mistake(items):
            raise pytest.UsageError(f"asyncio guard: {mistake}. [configuration]")

    @pytest.hookimpl(tryfirst=True)
    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Add advice to a file that cannot be collected."""
        add_advice(report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add advice to a failure."""
        add_advice(report)

    # ── fixtures ──

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(
        self, item: pytest.Item
    ) -> Generator[None, object, object]:
        """Fail a test for its marks, and for what is found while its fixtures are set up."""
        self.names.clear()
        for mistake in item_mistakes(item):
            self.findings.add("collection", mistake)
        self.fail(item)
        try:
            result = yield
        except BaseException as error:
            self.fail(item, error)
            raise
        self.fail(item)
        return result

    @pytest.hookimpl(tryfirst=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> None:
        """Note which fixture is about to be set up; watched_run sees on which loop."""
        self.loops.fixture_begins(fixturedef, request.node.nodeid)

    def noted(self, get: Callable[..., Any]) -> Callable[..., Any]:
        """Return getfixturevalue, which notes the names: not all are known beforehand."""

        def note_and_get(request: pytest.FixtureRequest, argname: str) -> object:
            self.names.add(argname)
            return get(request, argname)

        return note_and_get

    def watched_run(self, run: Callable[..., Any]) -> Callable[..., Any]:
        """Return asyncio.Runner.run, with which pytest-asyncio runs fixtures and tests."""

        def watch_and_run(
            runner: asyncio.Runner, coro: Coroutine[Any, Any, Any], **options: Any
        ) -> object:
            loop = runner.get_loop()
            if loop.get_task_factory() is None:
                loop.set_task_factory(self.tasks.make)
            self.tasks.fixture = self.loops.run_begins(loop)
            try:
                return run(runner, coro, **options)
            except BaseException:
                let_clean_up(loop, coro)
                raise
            finally:
                self.tasks.fixture = None

        return watch_and_run

    def pytest_fixture_post_finalizer(self, fixturedef: Any) -> None:
        """Find the tasks that a fixture leaves."""
        if self.kept:
            self.kept.pop(fixture_facts(fixturedef)[0], None)
        if self.tasks.of_fixtures:
            self.tasks.end_fixture(fixturedef, self.kept.values())

    # ── a test ──

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: Any) -> Generator[None, object, object]:
        """Run the test under the watch, and fail it for what was found."""
        self.loops.test_begins()
        is_async = pytest_asyncio.is_async_test(item)
        if is_async:
            # hypothesis runs the function that it wraps, once for each example.
            holder = getattr(item.obj, "hypothesis", item)
            name = "obj" if holder is item else "inner_test"
            test = getattr(holder, name)
            setattr(holder, name, lambda *a, **k: self.watched(item, test(*a, **k)))
        self.was_watched = False
        self.leftovers.begin()
        try:
            result = yield
        except BaseException as error:
            self.fail(item, error)
            raise
        finally:
            self.leftovers.end()
            if is_async:
                setattr(holder, name, test)
        self.fail(item)
        if is_async and not self.was_watched:
            unwatched.append(item.nodeid)
        return result

    async def watched(self, item: Any, test: Coroutine[Any, Any, object]) -> object:
        """Await the test; check its fixtures' loops before, and its tasks after."""
        self.was_watched = True
        loop = asyncio.get_running_loop()
        self.loops.check_test(self.names, item, loop)
        # pytest-asyncio's own fixtures hold the loop, and so whatever runs on it.
        own = ("_", "request", "event_loop_policy")
        self.kept = {k: v for k, v in item.funcargs.items() if not k.startswith(own)}
        if "trio" in str(self.kept.get("anyio_backend")):
            self.findings.add("collection", HIJACKED)
        token = IN_TEST.set(True)
        self.watchdog.watched = Run(item, loop)
        try:
            return await test
        finally:
            self.watchdog.watched = None
            IN_TEST.reset(token)
            if self.tasks.of_test:
                await self.tasks.end_test(self.kept.values())
            if self.leftovers.transports:
                await self.leftovers.settle(self.kept.values())

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(
        self, item: pytest.Item
    ) -> Generator[None, object, object]:
        """Look for what the test left, and fail its tear-down for what was found."""
        try:
            result = yield
        except BaseException as error:
            self.look_back()
            self.fail(item, error)
            raise
        self.look_back()
        self.fail(item)
        return result

    def look_back(self) -> None:
        """Find what nobody took care of."""
        self.tasks.check_errors()
        self.leftovers.check(self.kept.values())
        self.kept = {}

    def fail(self, item: pytest.Item, error: BaseException | None = None) -> None:
        """Fail for what was found; a failure of the test's own stays, with that added."""
        if not self.findings.found:
            return
        text = self.findings.take(item)
        if text and (error is None or isinstance(error, asyncio.CancelledError)):
            pytest.fail(text, pytrace=False)
        if text:
            item.add_report_section("call", "asyncio guard", text)


def let_clean_up(
    loop: asyncio.AbstractEventLoop, coro: Coroutine[Any, Any, Any]
) -> None:
    """Cancel what a signal left in the middle, so that its clean-up runs, and ends."""
    if loop.is_closed() or loop.is_running():
        return
    for task in asyncio.all_tasks(loop):
        if task.get_coro() is coro:
            loop.run_until_complete(stop({task}))
