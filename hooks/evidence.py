"""The pytest plugin of the proof: it writes what each test is, and how it ended, as JSON.

It runs in the generated project's environment, for one run. The file's path comes in the environment
variable PROOF_EVIDENCE. An exit code cannot tell a test that passed from one that never ran.
"""

import inspect
import json
import os
import platform
import unittest
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

TESTS: dict[str, dict[str, Any]] = {}
COLLECTION_ERRORS: dict[str, str] = {}


def pytest_collection_finish(session: pytest.Session) -> None:
    """Note each test before it runs."""
    for item in session.items:
        TESTS[item.nodeid] = {
            "async": is_async(item),
            "awaited": has_runner(item),
            "outcome": "not run",
            "text": "",
        }


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Note a file that could not be collected."""
    if report.failed:
        COLLECTION_ERRORS[report.nodeid] = report.longreprtext


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note how a phase of a test ended; what is not a pass stays."""
    test = TESTS[report.nodeid]
    if report.failed:
        test["outcome"] = "failed"
        test["text"] += report.longreprtext + "\n"
    elif report.skipped and test["outcome"] == "not run":
        test["outcome"] = "skipped"
    elif report.when == "call" and test["outcome"] == "not run":
        test["outcome"] = "passed"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the evidence."""
    evidence = {
        "versions": {
            "Python": platform.python_version(),
            "pytest": pytest.__version__,
            "pytest-asyncio": pytest_asyncio.__version__,
        },
        "tests": TESTS,
        "collection_errors": COLLECTION_ERRORS,
        "checks_off": checks_off(session.config),
    }
    Path(os.environ["PROOF_EVIDENCE"]).write_text(json.dumps(evidence), "utf-8")


def checks_off(config: pytest.Config) -> list[str]:
    """Return the checks of the project's guard that its configuration switches off."""
    if not config.pluginmanager.hasplugin("asyncio_guard"):
        return []
    return list(config.getini("asyncio_guard_off"))


def is_async(item: pytest.Item) -> bool:
    """Whether the test was written with `async def`, whatever decorators made of it."""
    function = inspect.unwrap(getattr(item, "function", lambda: None))
    return inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)


def has_runner(item: pytest.Item) -> bool:
    """Whether somebody awaits the test: pytest-asyncio, anyio, trio, or unittest's own class."""
    cls = getattr(item, "cls", None)
    return (
        pytest_asyncio.is_async_test(item)
        or any(item.get_closest_marker(name) for name in ("anyio", "trio"))
        or (cls is not None and issubclass(cls, unittest.IsolatedAsyncioTestCase))
    )
