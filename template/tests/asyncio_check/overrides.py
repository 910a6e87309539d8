"""The rules of the fixtures event_loop and event_loop_policy, which chose the loop once."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from asyncio_check.fixtures import drop_event_loop
from asyncio_check.marks import add_mark
from asyncio_check.source import Edit, Finding, Source, inside, keyword
from asyncio_check.suite import GET_LOOP, Definition, Suite, in_reach

HOOK = "pytest_asyncio_loop_factories"
IGNORED = "pytest-asyncio 1.0 and later ignore a fixture named event_loop"
OLD_POLICY = "the fixture event_loop_policy is the old way to choose the event loop"
DEFAULT_LOOPS = (
    "asyncio.new_event_loop",
    "asyncio.events.new_event_loop",
    "asyncio.get_running_loop",
    *GET_LOOP,
)
DEFAULT_POLICIES = ("asyncio.DefaultEventLoopPolicy", "asyncio.get_event_loop_policy")
POLICY_LOOPS = {
    "asyncio.WindowsSelectorEventLoopPolicy": "asyncio.SelectorEventLoop",
    "asyncio.WindowsProactorEventLoopPolicy": "asyncio.ProactorEventLoop",
}


def override_findings(source: Source, suite: Suite) -> Iterator[Finding]:
    """Give the old fixtures of a file that chose the event loop."""
    for definition in suite.of(source):
        if definition.is_loop_fixture and definition in suite.event_loop_fixtures:
            yield _finding(
                definition,
                "a temporary fixture lends the event loop to sync code",
                "async tests and fixtures; delete this one when nothing asks for it",
            )
        elif definition in suite.overrides:
            yield _override(definition, suite)
        elif definition.fixture and definition.name == "event_loop_policy":
            yield _policy(definition, suite)


def _finding(
    definition: Definition, wrong: str, write: str, edits: tuple[Edit, ...] = ()
) -> Finding:
    return Finding(definition.source.path, definition.node.lineno, wrong, write, edits)


@dataclass
class Parts:
    """What an override consists of."""

    variable: str = ""
    created: ast.expr | None = None  # The expression that makes the loop.
    chores: list[ast.stmt] = field(
        default_factory=list
    )  # All that pytest-asyncio does.
    setup: list[ast.stmt] = field(default_factory=list)  # What the tests may rely on.


def _override(definition: Definition, suite: Suite) -> Finding:
    parts = take_apart(definition)
    scope = definition.scope
    both = f"the loop scope {scope!r} for fixtures and tests"
    write = both if scope != "function" else "no such fixture"
    if suite.is_exported(definition):
        return _finding(definition, f"{IGNORED}; another file names this one", write)
    if keyword(definition.fixture or definition.node, "params") or not scope:
        return _finding(definition, IGNORED, f"the hook {HOOK} in conftest.py")
    if parts.created is None and "event_loop" not in definition.arguments:
        return _finding(definition, f"{IGNORED}; this one is not understood", write)
    marks = tuple(_local_marks(definition, suite))
    if parts.created is not None and not is_default(definition, parts.created):
        edits = _to_hook(definition, parts, suite)
        write = f"the hook {HOOK} in conftest.py"
        return _finding(definition, IGNORED, write, (*edits, *marks) if edits else ())
    requested = set(definition.arguments) - {"request", "self", "event_loop"}
    if not parts.setup and not requested:
        edits = (definition.source.drop_statement(definition.node), *marks)
        return _finding(definition, IGNORED, write, edits)
    edits = tuple(_to_setup(definition, parts, suite))
    write = "an autouse fixture for what it sets up"
    return _finding(definition, IGNORED, write, (*edits, *marks))


def take_apart(definition: Definition) -> Parts:
    """Return what an override does, statement by statement."""
    parts = Parts("event_loop" if "event_loop" in definition.arguments else "")
    names = {"policy"} if definition.calls("asyncio.get_event_loop_policy") else set()

    def visit(body: list[ast.stmt]) -> None:
        for statement in body:
            match statement:
                case ast.Try():
                    visit(statement.body)
                    for handler in statement.handlers:
                        visit(handler.body)
                    visit(statement.orelse)
                    visit(statement.finalbody)
                case ast.Assign(targets=[ast.Name(name)], value=ast.Call() as value):
                    if parts.created is None and makes_loop(definition, value):
                        parts.variable, parts.created = name, value
                        parts.chores.append(statement)
                    elif makes_loop(definition, value) and parts.created:
                        parts.chores.append(statement)
                    elif (
                        definition.source.name(value) == "asyncio.get_event_loop_policy"
                    ):
                        names.add(name)
                        parts.chores.append(statement)
                    else:
                        parts.setup.append(statement)
                case ast.Expr(value=ast.Yield(value=value)) | ast.Return(value=value):
                    if isinstance(value, ast.Call) and parts.created is None:
                        parts.created = value
                    parts.chores.append(statement)
                case _ if is_chore(statement, parts.variable):
                    parts.chores.append(statement)
                case _:
                    parts.setup.append(statement)

    visit(definition.node.body)
    return parts


def makes_loop(definition: Definition, call: ast.Call) -> bool:
    """Whether a call in an override makes the event loop."""
    name = definition.source.name(call) or ast.unparse(call.func)
    last = name.rpartition(".")[2]
    return name in DEFAULT_LOOPS or bool(
        re.search(r"new_event_loop|EventLoop$|^Loop$", last)
    )


def is_default(definition: Definition, created: ast.expr) -> bool:
    """Whether an expression makes the loop that pytest-asyncio makes anyway."""
    name = definition.source.name(created) or ast.unparse(created)
    return name in DEFAULT_LOOPS or "policy" in name.lower()


def is_chore(statement: ast.stmt, variable: str) -> bool:
    """Whether pytest-asyncio does by itself what a statement does."""
    text = ast.unparse(statement)
    loop = re.escape(variable) or "loop"
    return isinstance(statement, ast.Pass | ast.Import | ast.ImportFrom) or bool(
        re.fullmatch(
            rf"""(?x) (\w+\.)*set_event_loop(_policy)?\((None|{loop})\)
            | {loop}\.(close|stop|run_forever)\(\)
            | {loop}\.run_until_complete\(\s*(
                {loop}\.shutdown_\w+\(\) | (\w+\.)*sleep\([\d.]+\) )\)
            | if\ (not\ )?{loop}\.is_(closed|running)\(\):\s+{loop}\.(close|stop)\(\)
            | (gc\.collect|import\ \w+)\(?\)?
            | (?s:'.*') | (?s:".*") """,
            text,
        )
    )


def _to_setup(definition: Definition, parts: Parts, suite: Suite) -> Iterator[Edit]:
    """Give the edits that keep of an override what it sets up, for every test."""
    source, node, fixture = definition.source, definition.node, definition.fixture
    assert fixture is not None
    uses_loop = any(
        isinstance(n, ast.Name) and n.id == parts.variable
        for statement in parts.setup
        for n in ast.walk(statement)
    )
    module = "pytest_asyncio" if uses_loop else "pytest"
    words = [
        source.text(source.start(word), source.end(word))
        for word in (fixture.keywords if isinstance(fixture, ast.Call) else [])
        if word.arg not in ("autouse", "name", "loop_scope")
    ]
    if uses_loop:
        scope = suite.local_scope(definition) or suite.settings.test_scope
        words.append(f'loop_scope="{scope or "function"}"')
        yield from source.imports("pytest_asyncio")
    decorator = f"{source.local_name(module)}.fixture"
    yield source.replace(fixture, f"{decorator}({', '.join([*words, 'autouse=True'])})")
    start = source.start(node)
    name = start + source.data[start:].index(node.name.encode())
    yield Edit(name, name + len(node.name.encode()), "event_loop_setup")
    if "event_loop" in definition.arguments:
        yield from drop_event_loop(definition)
    for chore in parts.chores:
        yield from _without_chore(definition, parts, chore, uses_loop)


def _without_chore(
    definition: Definition, parts: Parts, chore: ast.stmt, uses_loop: bool
) -> Iterator[Edit]:
    """Give the edit for a statement that pytest-asyncio makes superfluous."""
    source = definition.source
    value = chore.value if isinstance(chore, ast.Expr | ast.Return) else None
    if isinstance(value, ast.Constant) or isinstance(chore, ast.Pass | ast.Import):
        return
    if isinstance(chore, ast.Expr) and isinstance(value, ast.Yield):
        yield source.replace(value, "yield")
    elif isinstance(chore, ast.Return):
        yield source.drop_statement(chore)
    elif uses_loop and isinstance(chore, ast.Assign) and chore.value is parts.created:
        asyncio = source.local_name("asyncio")
        yield source.replace(chore.value, f"{asyncio}.get_event_loop()")
    else:
        yield source.drop_statement(chore)


def _to_hook(definition: Definition, parts: Parts, suite: Suite) -> tuple[Edit, ...]:
    """Return the edits that choose the loop in a hook, or none if they are not sure."""
    if parts.setup or parts.created is None:
        return ()
    return _hook(definition, parts.created, suite)


def _hook(definition: Definition, created: ast.expr, suite: Suite) -> tuple[Edit, ...]:
    """Return the edit that puts the hook in place of a fixture in conftest.py."""
    source, node = definition.source, definition.node
    names = [n for s in node.body for n in ast.walk(s) if isinstance(n, ast.Name)]
    local = {n.id for n in names if isinstance(n.ctx, ast.Store)}
    named = {n.id for n in ast.walk(created) if isinstance(n, ast.Name)}
    there = any(d.node.name == HOOK for d in suite.of(source))
    inner = any(isinstance(n, ast.Import | ast.ImportFrom) for n in inside(node))
    if source.path.name != "conftest.py" or definition.classes or there or inner:
        return ()
    if named & (local | set(definition.arguments)) or not isinstance(created, ast.Call):
        return ()
    text = ast.unparse(created.func)
    if created.args or created.keywords:
        text = f"lambda: {ast.unparse(created)}"
    name = source.name(created).partition(".")[0].strip("_") or "custom"
    line = source.newline
    returned = "{" + f'"{name}": {text}' + "}"
    hook = f"def {HOOK}(config, item):{line}    return {returned}"
    first = min([node, *node.decorator_list], key=lambda n: n.lineno)
    return (Edit(source.line(first.lineno)[0], source.end(node), hook),)


def _local_marks(override: Definition, suite: Suite) -> Iterator[Edit]:
    """Give the edits that put the tests of a file or class on one loop, as it did."""
    source, scope = override.source, suite.local_scope(override)
    if not scope:
        return
    tests = [d for d in suite.of(source) if d.is_test and in_reach(override, d)]
    tests = [t for t in tests if not t.in_unittest and not suite.is_owned_by_others(t)]
    own = any(m for t in tests for _, marks in t.marked_nodes for m in marks)
    if override.classes or own or not all(t.is_async for t in tests):
        for test in tests:
            if test.is_async:
                yield from add_mark(test, scope)
        return
    first = tests[0].classes[0] if tests and tests[0].classes else None
    node: ast.stmt = first or (tests[0].node if tests else override.node)
    top = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
    place, line = source.line(top)[0], source.newline
    mark = (
        f'pytestmark = {source.local_name("pytest")}.mark.asyncio(loop_scope="{scope}")'
    )
    yield Edit(place, place, f"{mark}{line}{line}{line}")
    yield from source.imports("pytest")


def _policy(definition: Definition, suite: Suite) -> Finding:
    write = f"the hook {HOOK} in conftest.py"
    body = [s for s in definition.node.body if not is_chore(s, "")]
    only = body[0] if len(body) == 1 else None
    outer = only.value if isinstance(only, ast.Expr | ast.Return) else None
    value = outer.value if isinstance(outer, ast.Yield) else outer
    params = keyword(definition.fixture or definition.node, "params")
    if value is None or params or suite.is_exported(definition):
        return _finding(definition, OLD_POLICY, write)
    if any(d for d in suite.requesters("event_loop_policy")):
        return _finding(definition, f"{OLD_POLICY}; something asks for it", write)
    name = definition.source.name(value)
    if name in DEFAULT_POLICIES:
        edit = definition.source.drop_statement(definition.node)
        return _finding(definition, OLD_POLICY, "no such fixture", (edit,))
    module, _, last = name.rpartition(".")
    loop = POLICY_LOOPS.get(name, "")
    if module in ("uvloop", "winloop") and last == "EventLoopPolicy":
        loop = f"{module}.new_event_loop"
    if not loop or not isinstance(value, ast.Call) or value.args:
        return _finding(definition, OLD_POLICY, write)
    made = ast.parse(f"{loop}()", mode="eval").body
    return _finding(definition, OLD_POLICY, write, _hook(definition, made, suite))
