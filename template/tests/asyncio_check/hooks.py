"""The rules of hooks in conftest.py that choose marks, modes and loops for all tests."""

import ast
from collections.abc import Iterator

from asyncio_check.source import Finding, Source, constant, inside
from asyncio_check.suite import Definition, Suite, scope_of

ASYNCIO = "pytest.mark.asyncio"
# All that the hook of pytest-asyncio's documentation calls, to put async tests on one loop.
HOOK_CALLS = (
    ASYNCIO,
    "pytest_asyncio.is_async_test",
    "asyncio.iscoroutinefunction",
    "inspect.iscoroutinefunction",
    "isinstance",
)
OPTIONS = ("asyncio_default_fixture_loop_scope", "asyncio_default_test_loop_scope")


def hook_findings(source: Source, suite: Suite) -> Iterator[Finding]:
    """Give the hooks of a file that say what the configuration should."""
    for definition in suite.of(source):
        mark = marking_hook(definition)
        if mark is not None:
            scope = marked_scope(mark)
            yield Finding(
                source.path,
                definition.node.lineno,
                "a hook marks the async tests, which is late, and leaves the fixtures out",
                f"{' and '.join(OPTIONS)} = {scope}"
                if scope
                else "asyncio_mode = auto",
                (source.drop_statement(definition.node),),
            )
        found = list(set_options(definition))
        whole = len(found) == len(definition.node.body)
        for statement, option, value in found:
            yield Finding(
                source.path,
                statement.lineno,
                f"{option} has no effect when code sets it",
                f"{option} = {value or '...'} in the configuration",
                (source.drop_statement(definition.node if whole else statement),)
                if value
                else (),
            )


def marking_hook(definition: Definition) -> ast.expr | None:
    """Return the mark, if all that a collection hook does is to give it to async tests."""
    source = definition.source
    if definition.node.name != "pytest_collection_modifyitems":
        return None
    found = None
    for node in inside(definition.node):
        if isinstance(node, ast.Attribute) and source.name(node) == ASYNCIO:
            outer = source.parents[node]
            found = (
                outer if isinstance(outer, ast.Call) and outer.func is node else node
            )
        if isinstance(node, ast.Call) and source.name(node) not in HOOK_CALLS:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            if name not in ("add_marker", "iscoroutinefunction", "get_closest_marker"):
                return None
        if isinstance(node, ast.Assign) and not isinstance(node.targets[0], ast.Name):
            return None
    return found


def marked_scope(mark: ast.expr) -> str:
    """Return the loop scope that a hook's mark gives; empty if none."""
    scope = scope_of(mark, "loop_scope") or scope_of(mark, "scope")
    return scope or ""


def set_options(definition: Definition) -> Iterator[tuple[ast.stmt, str, str]]:
    """Give the statements `config.option.asyncio_default_... = value`, which do nothing."""
    for statement in definition.node.body:
        if isinstance(statement, ast.Assign):
            target = ast.unparse(statement.targets[0])
            before, _, option = target.rpartition(".")
            if before.endswith("config.option") and option in OPTIONS:
                yield statement, option, str(constant(statement.value) or "")
