"""Make the mistakes loud that pytest and pytest-asyncio let pass in silence.

A pytest plugin; `pytest_plugins` in conftest.py names it, and the template updates it.
To do without, delete this folder and that line. A finding fails the test that caused
it, and says what to write instead. The checks, and who asks for them upstream:

configuration  options that are missing, one-sided, or where pytest does not read them
collection     tests that never run, names that pytest-asyncio no longer reads
loops          a fixture and its test on two event loops   pytest-asyncio #1514, #1142
errors         exceptions that asyncio only logs                   pytest-asyncio #223
tasks          tasks that outlive their test                      pytest-asyncio #1044
coroutines     coroutines that nobody awaits, also those that something still holds
resources      event loops, sockets and subprocesses that stay open
blocking       calls that block the loop for over `asyncio_guard_blocking` = "0.1" s
timeout        a test over its limit is cancelled, so that its clean-up runs      #215

To switch a check off, for a test: `@pytest.mark.asyncio_guard(off="tasks",
reason="...")`; for the project, in `[tool.pytest]`: `asyncio_guard_off = ["tasks"]`.

Read on in `watch`, which holds the hooks that pytest calls; each check has a file.
"""

import re

import pytest

from asyncio_guard.configuration import configuration_mistakes, untried_versions
from asyncio_guard.findings import CHECKS
from asyncio_guard.private import missing
from asyncio_guard.watch import Watch


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the guard to those of `[tool.pytest]`."""
    parser.addini("asyncio_guard_off", "checks that are off", "linelist", [])
    parser.addini("asyncio_guard_blocking", "limit in seconds", "string", "0.1")


def pytest_configure(config: pytest.Config) -> None:
    """Check the configuration, once; then begin to watch."""
    config.addinivalue_line(
        "markers", "asyncio_guard(off, reason): switch a check off, and say why"
    )
    off = config.getini("asyncio_guard_off")
    mistakes = [] if "configuration" in off else list(configuration_mistakes(config))
    if unknown := set(off) - set(CHECKS):
        mistakes.append(
            f"asyncio_guard_off: there is no check {', '.join(sorted(unknown))}. "
            f"Write: some of {', '.join(CHECKS)}"
        )
    limit = config.getini("asyncio_guard_blocking")
    if not re.fullmatch(r"\d*\.?\d+", limit):
        mistakes.append(
            f"asyncio_guard_blocking is {limit!r}. Write: seconds, as in 0.1"
        )
    if mistakes:
        raise pytest.UsageError("\n".join(f"asyncio guard: {m}." for m in mistakes))
    config.pluginmanager.register(Watch(config), "asyncio_guard_watch")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what the guard does not know here; that costs checks, never the run."""
    for line in [*untried_versions(), *missing()]:
        terminalreporter.write_line(f"asyncio guard: {line}.", yellow=True)
