"""All rules, one after the other."""

from collections.abc import Iterator

from asyncio_check.fixtures import fixture_findings
from asyncio_check.hooks import hook_findings
from asyncio_check.loops import loop_findings
from asyncio_check.marks import mark_findings
from asyncio_check.overrides import override_findings
from asyncio_check.source import Finding
from asyncio_check.suite import Suite

RULES = (
    mark_findings,
    fixture_findings,
    override_findings,
    loop_findings,
    hook_findings,
)


def findings(suite: Suite) -> Iterator[Finding]:
    """Give the mistakes in all files of a suite."""
    for source in suite.sources:
        for rule in RULES:
            yield from rule(source, suite)
