"""The rules of fixtures: which decorator, on which event loop."""

import ast
from collections.abc import Iterator

from asyncio_check.source import Edit, Finding, Source, inside
from asyncio_check.suite import SCOPES, Definition, Suite, scope_of

PLAIN_NAMES = ("event_loop", "event_loop_policy")


def fixture_findings(source: Source, suite: Suite) -> Iterator[Finding]:
    """Give the mistakes in the fixtures of a file."""
    for definition in suite.of(source):
        if not definition.fixture or definition.name in PLAIN_NAMES:
            continue
        if suite.is_owned_by_others(definition):
            if "event_loop" in definition.arguments:
                yield Finding(
                    source.path,
                    definition.node.lineno,
                    "the fixture event_loop is gone, and another plugin may own this one",
                    "what that plugin offers",
                )
            continue
        yield from _decorator(definition, suite)
        yield from _narrow_loop(definition, suite)


def _decorator(definition: Definition, suite: Suite) -> Iterator[Finding]:
    source, node = definition.source, definition.node
    requests = "event_loop" in definition.arguments
    local_scope = suite.local_scope(definition) if definition.runs_on_loop else ""
    reasons = []
    strict = suite.settings.mode == "strict"
    if strict and definition.is_async and definition.is_plain_fixture:
        reasons.append("in strict mode nothing runs an async @pytest.fixture")
    if requests:
        reasons.append("the fixture event_loop is gone")
    elif definition.is_plain_fixture and definition.needs_current_loop:
        reasons.append("no current event loop is set for a sync fixture")
    if local_scope:
        reasons.append(f"its tests run on the event loop of their {local_scope}")
    old_name = source.name(definition.fixture or node) == "pytest.yield_fixture"
    if not reasons and not old_name:
        return
    works = definition.is_async and suite.settings.mode == "auto" and not local_scope
    converted = bool(reasons) and not works
    edits = (
        list(decorate(definition, converted, local_scope))
        if converted or old_name
        else []
    )
    if requests:
        edits += drop_event_loop(definition)
    yield Finding(
        source.path,
        node.lineno,
        "; ".join(reasons) or "pytest.yield_fixture is the old name of pytest.fixture",
        "@pytest_asyncio.fixture" + (", and the running loop" if requests else "")
        if reasons
        else "@pytest.fixture",
        tuple(edits),
    )


def _narrow_loop(definition: Definition, suite: Suite) -> Iterator[Finding]:
    """Find a fixture that lives longer than the event loop on which it runs."""
    scope = definition.scope
    own = (
        scope_of(definition.fixture, "loop_scope")
        if definition.names_loop_scope
        else None
    )
    loop = own or suite.settings.fixture_scope
    if not definition.runs_on_loop or suite.local_scope(definition):
        return
    if loop in SCOPES and scope and SCOPES.index(loop) < SCOPES.index(scope):
        yield Finding(
            definition.source.path,
            definition.node.lineno,
            f"the fixture lives for a {scope}, its event loop for a {loop}",
            f'loop_scope="{scope}" here, and in the marks of the tests that use it',
        )


def decorate(
    definition: Definition, converted: bool, loop_scope: str = ""
) -> Iterator[Edit]:
    """Give the edits that write the right decorator, and import what it needs."""
    source, fixture = definition.source, definition.fixture
    assert fixture is not None
    module = "pytest_asyncio" if converted else "pytest"
    function = fixture.func if isinstance(fixture, ast.Call) else fixture
    if definition.is_plain_fixture:
        yield source.replace(function, f"{source.local_name(module)}.fixture")
        yield from source.imports(module)
    if not loop_scope or definition.names_loop_scope:
        return
    word = f'loop_scope="{loop_scope}"'
    if not isinstance(fixture, ast.Call):
        yield Edit(source.end(fixture), source.end(fixture), f"({word})")
        return
    given = [*fixture.args, *(k.value for k in fixture.keywords)]
    if given:
        yield Edit(source.end(given[-1]), source.end(given[-1]), f", {word}")
    else:
        yield Edit(source.end(function), source.end(fixture), f"({word})")


def drop_event_loop(definition: Definition) -> Iterator[Edit]:
    """Give the edits that take the loop from asyncio, not from a fixture."""
    source = definition.source
    yield source.drop_argument(definition.arguments["event_loop"])
    if definition.uses("event_loop"):
        get = "get_running_loop" if definition.is_async else "get_event_loop"
        asyncio = source.local_name("asyncio")
        line = f"event_loop = {asyncio}.{get}()"
        if any(isinstance(n, ast.Import) for n in inside(definition.node)):
            line = (
                f"import asyncio; {line}"  # A later import makes the name a local one.
            )
        else:
            yield from source.imports("asyncio")
        yield source.insert_first(definition.node, line)
