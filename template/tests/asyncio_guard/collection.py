"""The check of what is collected: marks and files, before a test runs."""

import ast
import functools
import inspect
import re
import unittest
from collections.abc import Iterator
from pathlib import Path

import pytest

from asyncio_guard.findings import mark_mistake
from asyncio_guard.words import place

LIMITS = re.compile(r"(\w+\.)?(timeout|timeout_at|fail_after|move_on_after)\(")
OLD_FIXTURES = {
    "event_loop": (
        "pytest-asyncio 1.0 and later do not use a fixture event_loop. "
        "Write: loop_scope=..., and asyncio.get_running_loop() in async code"
    ),
    "event_loop_policy": (
        "a fixture event_loop_policy is the old way to choose the event loop. "
        "Write: the hook pytest_asyncio_loop_factories in conftest.py"
    ),
}
# Most files have none of this, and are not parsed.
SUSPECT = re.compile(
    r"^pytestmark\b|event_loop(_policy)?\b|" + LIMITS.pattern, re.MULTILINE
)
TEST = re.compile(r"^[ \t]*(?:async\s+)?def\s+(test\w*)", re.MULTILINE)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def item_mistakes(item: pytest.Item) -> Iterator[str]:
    """Give a sentence for each mistake in the marks of a test."""
    marks = [*item.own_markers, *marks_above(item.parent)]
    asyncio_marks = [mark for mark in marks if mark.name == "asyncio"]
    scopes = [mark.kwargs.get("loop_scope") for mark in asyncio_marks]
    if any(scopes) and not scopes[0] and "scope" not in asyncio_marks[0].kwargs:
        yield (
            "the closest asyncio mark, without loop_scope, undoes the outer "
            f"loop_scope={next(filter(None, scopes))!r}. Write: that loop_scope in "
            "both marks, or one mark only"
        )
    if not asyncio_marks and is_lost_in_test_case(item):
        yield "unittest.TestCase awaits nothing. Write: unittest.IsolatedAsyncioTestCase"
    for mark in marks:
        reason = str(mark.kwargs.get("reason"))
        if mark.name == "skip" and reason.startswith("Loop factory"):
            yield f"{reason} Write: a name that pytest_asyncio_loop_factories returns"
        if mark.name == "asyncio_guard" and (mistake := mark_mistake(mark)):
            yield mistake


@functools.cache
def marks_above(node: pytest.Item | pytest.Collector) -> list[pytest.Mark]:
    """Return the marks of a class or module, and of what it stands in."""
    return list(node.iter_markers())


def is_lost_in_test_case(item: pytest.Item) -> bool:
    """Whether a test is an async method of a class that does not await it."""
    if not inspect.iscoroutinefunction(getattr(item, "obj", None)):
        return False
    cls = getattr(item, "cls", None) or object
    isolated = unittest.IsolatedAsyncioTestCase
    return issubclass(cls, unittest.TestCase) and not issubclass(cls, isolated)


def file_mistakes(path: Path) -> Iterator[str]:
    """Give a sentence for each mistake in a test file, a conftest.py, an __init__.py."""
    text = path.read_text("utf-8")
    names = TEST.findall(text)
    if len(names) == len(set(names)) and not SUSPECT.search(text):
        return
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef):
            yield from hidden_tests(node, path)
        elif isinstance(node, Function) and "fixture" in decorators(node):
            yield from fixture_mistakes(node, path)
    if path.name in ("conftest.py", "__init__.py"):
        yield from mark_without_effect(tree, path)


def hidden_tests(scope: ast.Module | ast.ClassDef, path: Path) -> Iterator[str]:
    """Give a sentence for each test that a later one of the same name replaces."""
    seen: dict[str, int] = {}
    for node in scope.body:
        if isinstance(node, Function) and node.name.startswith("test"):
            if node.name in seen and not node.decorator_list:
                yield (
                    f"{place(str(path), node.lineno)}: the second {node.name} hides the "
                    f"first, in line {seen[node.name]}, which never runs. "
                    "Write: another name"
                )
            seen[node.name] = node.lineno


def fixture_mistakes(node: Function, path: Path) -> Iterator[str]:
    """Give a sentence for an old fixture, and for a time limit around a `yield`."""
    for name, words in OLD_FIXTURES.items():
        if node.name == name or f"name={name!r}" in decorators(node):
            yield f"{place(str(path), node.lineno)}: {words}"
    for inner in ast.walk(node):
        if isinstance(inner, ast.AsyncWith | ast.With):
            limits = [ast.unparse(item.context_expr) for item in inner.items]
            yields = any(isinstance(n, ast.Yield) for n in ast.walk(inner))
            for limit in filter(LIMITS.match, limits if yields else []):
                yield (
                    f"{place(str(path), inner.lineno)}: {limit} around the `yield` of a "
                    "fixture does not limit the test, which is another task. "
                    "Write: the limit in the test, or a timeout mark"
                )


def mark_without_effect(tree: ast.Module, path: Path) -> Iterator[str]:
    """Give a sentence for `pytestmark` in a file where pytest does not look for it."""
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if "pytestmark" in map(ast.unparse, targets):
                yield (
                    f"{place(str(path), node.lineno)}: pytestmark has no effect in this "
                    "file. Write: it in each test file, or an option in pyproject.toml"
                )


def decorators(node: Function) -> str:
    """Return the decorators of a function, as text."""
    return "\n".join(map(ast.unparse, node.decorator_list))
