"""The rules of tests that ask for an event loop: by the fixture event_loop, or asyncio's."""

import ast
from collections.abc import Iterator

from asyncio_check.blocking import await_edits, becomes_async, is_harmless, run_calls
from asyncio_check.fixtures import drop_event_loop
from asyncio_check.marks import add_mark
from asyncio_check.source import Edit, Finding, Source, constant, inside
from asyncio_check.suite import XUNIT, Definition, Suite

GONE = "the fixture event_loop is gone"
NO_LOOP = "asks for the current event loop, and none is set after an async test"
ASYNC = "`async def`, `await`, and asyncio.get_running_loop()"
SHARED = (
    "Queue",
    "Lock",
    "Event",
    "Condition",
    "Semaphore",
    "BoundedSemaphore",
    "Future",
)


def loop_findings(source: Source, suite: Suite) -> Iterator[Finding]:
    """Give the tests and helpers of a file that ask for an event loop in an old way."""
    for definition in suite.of(source):
        if definition.fixture or definition.in_unittest:
            continue
        if definition.is_test and "event_loop" in definition.arguments:
            if "event_loop" not in parametrized(definition):
                yield from _request(definition, suite)
        elif definition.is_test and becomes_async(definition):
            yield _made_async(definition, suite, NO_LOOP)
        elif definition.node.name in XUNIT and becomes_fixture(definition, suite):
            yield _made_fixture(definition)
        elif wants_current_loop(definition, suite) and not suite.lends_the_loop:
            yield _at(definition, f"{definition.node.name} {NO_LOOP}", ASYNC)
    yield from _used_fixtures(source, suite)
    yield from _shared(source, suite)


def _at(
    definition: Definition, wrong: str, write: str, edits: tuple[Edit, ...] = ()
) -> Finding:
    return Finding(definition.source.path, definition.node.lineno, wrong, write, edits)


def parametrized(definition: Definition) -> set[str]:
    """Return the names that parametrize marks give, which are no fixtures then."""
    names: set[str] = set()
    for mark in definition.marks_named("parametrize"):
        first = mark.args[:1] if isinstance(mark, ast.Call) else []
        for node in first:
            names |= {str(constant(n)) for n in ast.walk(node)}
    return {name.strip() for text in names for name in text.split(",")}


def _request(definition: Definition, suite: Suite) -> Iterator[Finding]:
    if suite.is_owned_by_others(definition):
        yield _at(
            definition, f"{GONE}, and another plugin owns this test", "its own way"
        )
    elif definition.is_async:
        write = "asyncio.get_running_loop() where the loop is used"
        yield _at(definition, GONE, write, tuple(drop_event_loop(definition)))
    elif becomes_async(definition):
        yield _made_async(definition, suite, GONE)
    elif not definition.uses("event_loop") and not calls_anything(definition):
        edit = definition.source.drop_argument(definition.arguments["event_loop"])
        yield _at(definition, GONE, "the test without it", (edit,))
    elif not any(d.is_loop_fixture for d in suite.event_loop_fixtures):
        yield _at(definition, GONE, ASYNC)


def calls_anything(definition: Definition) -> bool:
    """Whether a test calls what might need an event loop."""
    calls = [n for n in inside(definition.node, nested=True) if isinstance(n, ast.Call)]
    marks = [n for mark in definition.marks for n in ast.walk(mark)]
    return any(c not in marks and not is_harmless(definition.source, c) for c in calls)


def _made_async(definition: Definition, suite: Suite, wrong: str) -> Finding:
    edits = list(await_edits(definition))
    if "event_loop" in definition.arguments:
        loop = definition.arguments["event_loop"]
        edits.append(definition.source.drop_argument(loop))
    if suite.settings.mode == "strict" and not definition.marks_named("asyncio"):
        edits += add_mark(definition)
    return _at(definition, wrong, "`async def`, and `await`", tuple(edits))


# ── asyncio.get_event_loop() ──


def wants_current_loop(definition: Definition, suite: Suite) -> bool:
    """Whether a sync test, or sync code that such code calls, needs a current loop."""
    if definition.fixture or not definition.needs_current_loop:
        return False
    if becomes_async(definition) or becomes_fixture(definition, suite):
        return False
    name = definition.node.name
    return definition.is_test or name in XUNIT or name in suite.called_by_sync


def becomes_fixture(definition: Definition, suite: Suite) -> bool:
    """Whether a sync `setup_method` is surely the same as an async fixture."""
    source, node = definition.source, definition.node
    if node.name not in ("setup_method", "setup") or definition.is_async:
        return False
    if len(definition.classes) != 1 or list(definition.arguments) != ["self"]:
        return False
    cls, runs = definition.classes[0], list(run_calls(definition))
    inner = {n for run in runs for n in ast.walk(run)}
    others = [n for n in inside(node) if isinstance(n, ast.Call) and n not in inner]
    return (
        bool(runs)
        and not node.decorator_list
        and not cls.bases
        and all(is_harmless(source, call) for call in others)
        and sum(d.node.name == "_setup" for d in suite.of(source)) == 0
    )


def _made_fixture(definition: Definition) -> Finding:
    source, node = definition.source, definition.node
    start = source.start(node)
    name = source.text(start, source.end(node)).index(node.name) + start
    line = source.line(node.lineno)[0]
    decorator = f"@{source.local_name('pytest_asyncio')}.fixture(autouse=True)"
    edits = [
        Edit(line, line, f"{source.indent(node)}{decorator}{source.newline}"),
        Edit(name, name + len(node.name.encode()), "_setup"),
        *await_edits(definition),
        *source.imports("pytest_asyncio"),
    ]
    wrong = f"{node.name} {NO_LOOP}"
    return _at(definition, wrong, "an async autouse fixture", tuple(edits))


# ── usefixtures, getfixturevalue, objects of a loop that tests share ──


def _used_fixtures(source: Source, suite: Suite) -> Iterator[Finding]:
    lent = any(d.is_loop_fixture for d in suite.event_loop_fixtures)
    for node in source.nodes:
        if not isinstance(node, ast.Call):
            continue
        asked = [arg for arg in node.args if constant(arg) == "event_loop"]
        if asked and isinstance(node.func, ast.Attribute):
            if node.func.attr == "getfixturevalue" and not lent:
                yield Finding(source.path, node.lineno, GONE, ASYNC)
            if source.name(node) == "pytest.mark.usefixtures":
                yield from _used(source, node, asked[0], suite, lent)


def _used(
    source: Source, mark: ast.Call, asked: ast.expr, suite: Suite, lent: bool
) -> Iterator[Finding]:
    needy = [
        d
        for d in suite.of(source)
        if mark in d.marks and d.is_test and not d.is_async and calls_anything(d)
    ]
    outer = source.parents[mark]
    if needy and lent:
        return
    if len(mark.args) > 1:
        edits: tuple[Edit, ...] = (source.drop_argument(asked),)
    elif mark in getattr(outer, "decorator_list", []):
        end = source.line(mark.end_lineno or mark.lineno)[1]
        edits = (Edit(source.line(mark.lineno)[0], end, ""),)
    elif isinstance(outer, ast.List) and len(outer.elts) > 1:
        edits = (source.drop_argument(mark),)
    elif isinstance(outer, ast.Assign):
        edits = (source.drop_statement(outer),)
    else:
        edits = ()
    yield Finding(
        source.path, mark.lineno, GONE, "the mark without it", () if needy else edits
    )


def _shared(source: Source, suite: Suite) -> Iterator[Finding]:
    """Find what belongs to one event loop and is used by tests on several."""
    if (suite.settings.test_scope or "function") != "function":
        return
    for node in source.tree.body:
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
            continue
        name = source.name(node.value).removeprefix("asyncio.")
        target = node.targets[0]
        if (
            name in SHARED
            and "asyncio" in source.names
            and isinstance(target, ast.Name)
        ):
            users = [
                d
                for d in suite.of(source)
                if d.is_collected and d.is_async and not d.loop_scope
                if d.uses(target.id) and not suite.is_owned_by_others(d)
            ]
            if len(users) > 1:
                yield Finding(
                    source.path,
                    node.lineno,
                    f"{target.id} is shared by tests that run on loops of their own",
                    "a fixture that makes it, or one loop for these tests",
                )
