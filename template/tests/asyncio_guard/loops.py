"""The check of the loops: a fixture, its test and its own fixtures share one."""

import asyncio
import inspect
import weakref
from typing import Any

from asyncio_guard.findings import Findings
from asyncio_guard.private import fixture_facts
from asyncio_guard.words import place

Loop = asyncio.AbstractEventLoop


class Loops:
    """Remembers on which event loop each fixture was set up.

    pytest-asyncio runs every async fixture and test with `asyncio.Runner.run`; what pytest
    sets up just before such a run is what runs.
    """

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._setting_up: tuple[Any, str] | None = None
        # By the fixture's name, then by its home, since fixtures may override each other.
        self._loops: dict[str, dict[str, weakref.ref[Loop]]] = {}

    def fixture_begins(self, fixturedef: Any, nodeid: str) -> None:
        """Note the fixture that pytest is about to set up, for the node that asked."""
        self._setting_up = fixturedef, nodeid
        if not self._loops:
            return
        name, home, needs, _ = fixture_facts(fixturedef)
        # A fixture that is not async hands on the loop of those that it is made of.
        loops = [loop for need in needs if (loop := self.loop_of(need, nodeid))]
        if loops:
            self._loops.setdefault(name, {})[home] = weakref.ref(loops[0])

    def test_begins(self) -> None:
        """Forget the fixture: it was not async."""
        self._setting_up = None

    def run_begins(self, loop: Loop) -> object:
        """Return the fixture that is set up by a run; find those that it uses on other loops."""
        if self._setting_up is None:
            return None
        (fixturedef, nodeid), self._setting_up = self._setting_up, None
        name, home, needs, function = fixture_facts(fixturedef)
        for need in needs:
            if self.loop_of(need, nodeid) not in (None, loop):
                self._findings.add(
                    "loops",
                    f"the fixtures {name!r}{defined_at(function)} and {need!r} run on two "
                    "event loops. Write: the same loop_scope for both",
                )
        self._loops.setdefault(name, {})[home] = weakref.ref(loop)
        return fixturedef

    def check_test(self, asked: set[str], item: Any, loop: Loop) -> None:
        """Find fixtures of a test that were set up on another loop than the test's.

        `asked` are the names that were asked for, some with getfixturevalue.
        """
        if not self._loops:
            return
        for name in sorted(self._loops.keys() & asked.union(item.fixturenames)):
            if self.loop_of(name, item.nodeid) not in (None, loop):
                self._findings.add(
                    "loops",
                    f"the fixture {name!r} was set up on another event loop than the "
                    "test's. Write: the same loop_scope in @pytest_asyncio.fixture "
                    "and in @pytest.mark.asyncio",
                )

    def loop_of(self, name: str, nodeid: str) -> Loop | None:
        """Return the loop of the fixture that a node finds under a name."""
        homes = self._loops.get(name, {})
        near = [
            h for h in homes if f"{nodeid}::".startswith((f"{h}::", f"{h}/")) or not h
        ]
        return homes[max(near, key=len)]() if near else None


def defined_at(function: Any) -> str:
    """Return where a fixture is written."""
    code = getattr(inspect.unwrap(function), "__code__", None) if function else None
    return f" ({place(code.co_filename, code.co_firstlineno)})" if code else ""
