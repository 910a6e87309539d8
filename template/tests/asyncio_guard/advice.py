"""Better words for what pytest, pytest-asyncio and Python refuse by themselves."""

import re

import pytest

ADVICE = {
    r"_scoped_runner with a \w+ scoped": (
        "a fixture lives longer than the event loop it runs on. "
        "Write: @pytest_asyncio.fixture(scope=..., loop_scope=...), both the same"
    ),
    r"was never awaited": (
        "a coroutine was made and nothing awaited it. Write: `await` before the call"
    ),
    r"asynchronous generators are not supported": (
        "a test with a `yield` is an async generator, which nothing runs. "
        "Write: no `yield`"
    ),
    r"async def functions are not natively supported": (
        "nothing runs this async test. Write: @pytest.mark.asyncio"
    ),
    r"requested an async fixture": (
        "in strict mode @pytest.fixture leaves an async fixture to nobody. "
        "Write: @pytest_asyncio.fixture"
    ),
    r"but it is not an async function": (
        "the asyncio mark does nothing for a test that is not async. "
        "Write: `async def`, or no mark"
    ),
    r'"scope" keyword argument to the asyncio marker': (
        "`scope=` is the old name. Write: loop_scope="
    ),
    r"'asyncio_event_loop' not found": (
        'this mark is gone. Write: @pytest.mark.asyncio(loop_scope="class")'
    ),
    r"not found in `markers`": (
        "no mark has this name. Write: the right spelling, or register it"
    ),
    r"fixture 'event_loop' not found": (
        "the fixture event_loop is gone. Write: asyncio.get_running_loop()"
    ),
    r"'loop_factories' requires": (
        "nothing makes the loop of this name. "
        "Write: the hook pytest_asyncio_loop_factories in conftest.py"
    ),
    r"ResourceWarning.*unclosed": (
        "something was opened and not closed. Write: `async with`, or close it"
    ),
    r"attached to a different loop|bound to a different event loop": (
        "this belongs to another event loop than the one that runs. "
        "Write: what makes it in an async fixture with the test's loop_scope"
    ),
}


def add_advice(report: pytest.CollectReport | pytest.TestReport) -> None:
    """Add better words to the report of a failure."""
    text = report.longreprtext if report.failed else ""
    for pattern, words in ADVICE.items() if text else ():
        if re.search(pattern, text):
            report.sections.append(("asyncio guard", f"asyncio guard: {words}."))
            return
