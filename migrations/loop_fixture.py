"""The temporary fixture that lends sync code the event loop, where it relies on one."""

import ast
import re
from collections.abc import Iterator
from os.path import commonpath
from pathlib import Path
from typing import Protocol

from asyncio_check.loops import GONE, NO_LOOP
from asyncio_check.source import Edit, Finding, Source, Unreadable, inside
from asyncio_check.suite import GET_LOOP, Suite

LENT = "relies on the current event loop, which a temporary fixture lends"


class Files(Protocol):
    """What is asked of a project."""

    python: list[Path]

    def read(self, path: Path) -> bytes | None:
        """Return what a file holds."""


def loop_fixture(project: Files, suite: Suite, found: list[Finding]) -> list[Finding]:
    """Return the finding that adds the fixture to a conftest.py, if sync code needs it."""
    asks = [f.path for f in found if f.wrong == GONE and not f.edits]
    wants = [f.path for f in found if f.wrong.endswith(NO_LOOP) and not f.edits]
    if not suite.lends_the_loop and any(f.edits for f in found):
        tests = {s.path for s in suite.sources}
        others = [path for path in project.python if path not in tests]
        wants += tests_that_construct(project, others, suite)
    paths = [*asks, *wants]
    if not paths or suite.lends_the_loop or override_stays(suite, found):
        return []
    if any(d.is_loop_fixture for d in suite.event_loop_fixtures):
        return []
    folder = Path(commonpath([path.parent for path in paths]))
    path = next(
        (p / "conftest.py" for p in [folder, *folder.parents] if project.read(p / "conftest.py")),
        folder / "conftest.py",
    )
    data = project.read(path) or b""
    try:
        source = Source(path, data)
    except Unreadable:
        return []
    scope = suite.settings.test_scope or "function"
    autouse = ", autouse=True" if wants else ""
    line = source.newline
    text = line.join(
        [
            "# TEMPORARY: lends sync code the event loop of its test. Make such code async, then delete this.",
            f'@{source.local_name("pytest_asyncio")}.fixture(loop_scope="{scope}"{autouse})',
            "def event_loop():",
            f"    yield {source.local_name('asyncio')}.get_event_loop()",
            "",
        ]
    )
    end = len(source.data)
    ended = source.data.endswith((b"\n", b"\r")) or not source.data
    before = "" if not source.data else line * (2 if ended else 3)
    edits = [Edit(end, end, before + text)]
    for module in ("asyncio", "pytest_asyncio"):
        edits += source.imports(module) if source.data else []
    if not source.data:
        edits = [Edit(0, 0, f"import asyncio{line}{line}import pytest_asyncio{line * 3}{text}")]
    return [
        Finding(path, 1, f"sync code in {paths[0].as_posix()} {LENT}", "async code", tuple(edits))
    ]


def override_stays(suite: Suite, found: list[Finding]) -> bool:
    """Whether an old fixture event_loop is left for a person, and would hide the new one."""
    gone = {(f.path, f.line) for f in found if f.edits}
    return any((d.source.path, d.node.lineno) not in gone for d in suite.overrides)


def tests_that_construct(project: Files, others: list[Path], suite: Suite) -> list[Path]:
    """Return the files whose sync tests or fixtures name code that takes the current loop."""
    names = {name for path in others for name in takers(project.read(path) or b"")}
    if not names:
        return []
    word = re.compile(rf"\b({'|'.join(map(re.escape, sorted(names)))})\b")
    return [
        d.source.path
        for d in suite.definitions
        if not d.is_async and (d.is_test or d.fixture) and not d.in_unittest
        if word.search(d.source.text(d.source.start(d.node), d.source.end(d.node)))
    ]


def takers(data: bytes) -> Iterator[str]:
    """Give the names of sync functions, and of classes with such, that take the current loop."""
    if b"get_event_loop(" not in data:
        return
    try:
        source = Source(Path(), data)
    except Unreadable:
        return
    for function, classes in source.definitions():
        calls = (n for n in inside(function) if isinstance(n, ast.Call))
        if isinstance(function, ast.FunctionDef) and any(source.name(c) in GET_LOOP for c in calls):
            if not function.name.startswith("__"):
                yield function.name
            yield from (cls.name for cls in classes)
