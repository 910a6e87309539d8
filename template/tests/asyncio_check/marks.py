"""The rules of marks: `pytest.mark.asyncio` where and as pytest-asyncio reads it."""

import ast
from collections.abc import Iterator

from asyncio_check.blocking import becomes_async
from asyncio_check.source import (
    Edit,
    Finding,
    Source,
    decorators,
    inside,
    keyword,
)
from asyncio_check.suite import Definition, Suite, pytestmark, scope_of

ASYNCIO = "pytest.mark.asyncio"
OLD_MARK = "pytest.mark.asyncio_event_loop"


def mark_findings(source: Source, suite: Suite) -> Iterator[Finding]:
    """Give the mistakes in the marks of a file."""
    for node in source.nodes:
        if isinstance(node, ast.Call) and source.name(node) == ASYNCIO:
            yield from _arguments(source, node)
    for definition in suite.of(source):
        if definition.fixture:
            yield from _on_fixture(definition)
        elif definition.is_test and not definition.in_unittest:
            yield from _on_test(definition, suite)
    yield from _old_marks(source)
    if source.path.name in ("conftest.py", "__init__.py"):
        yield from _without_effect(source)


def _arguments(source: Source, mark: ast.Call) -> Iterator[Finding]:
    old = keyword(mark, "scope")
    if old and not keyword(mark, "loop_scope"):
        start = source.start(old)
        yield Finding(
            source.path,
            mark.lineno,
            "`scope=` is the old name of an argument of the asyncio mark",
            "loop_scope=",
            (Edit(start, start + len("scope"), "loop_scope"),),
        )
    elif old:
        yield Finding(
            source.path,
            mark.lineno,
            "the mark has scope= and loop_scope=",
            "loop_scope=",
        )
    if mark.args and not mark.keywords and len(mark.args) == 1:
        start = source.start(mark.args[0])
        yield Finding(
            source.path,
            mark.lineno,
            "the asyncio mark takes its loop scope by name only",
            "loop_scope=",
            (Edit(start, start, "loop_scope="),),
        )
    name = "scope" if old else "loop_scope"
    if keyword(mark, name) and scope_of(mark, name) == "":
        word = keyword(mark, name)
        if word and isinstance(word.value, ast.Constant):
            yield Finding(
                source.path,
                mark.lineno,
                f"{word.value.value!r} is not a loop scope",
                "function, class, module, package or session",
            )


def _on_fixture(definition: Definition) -> Iterator[Finding]:
    source = definition.source
    for mark in definition.node.decorator_list:
        if source.name(mark).startswith("pytest.mark."):
            yield Finding(
                source.path,
                mark.lineno,
                "a mark does nothing on a fixture; pytest 9 refuses it",
                "the fixture without it",
                (drop_decorator(source, mark),),
            )


def _on_test(definition: Definition, suite: Suite) -> Iterator[Finding]:
    source, node = definition.source, definition.node
    own = [m for m in node.decorator_list if source.name(m) == ASYNCIO]
    plain = all(source.name(m).startswith("pytest.") for m in node.decorator_list)
    if own and not definition.is_async and not becomes_async(definition):
        yield Finding(
            source.path,
            own[0].lineno,
            "the asyncio mark does nothing on a test that is not async",
            "`async def`, or no mark",
            (drop_decorator(source, own[0]),) if plain else (),
        )
    if definition.is_async:
        yield from _inner_mark(definition, suite)
        if definition.yields:
            yield _generator(definition)
    if definition.is_collected and definition.is_async:
        yield from _unmarked(definition, suite)


def _inner_mark(definition: Definition, suite: Suite) -> Iterator[Finding]:
    """Find a mark without loop_scope inside of one with it, which it undoes."""
    source, bare = definition.source, None
    for node, marks in definition.marked_nodes:
        for mark in marks:
            name = source.name(mark)
            if name not in (ASYNCIO, OLD_MARK):
                continue
            scope = scope_of(mark, "loop_scope") or scope_of(mark, "scope")
            if name == OLD_MARK:
                scope = "class" if isinstance(node, ast.ClassDef) else "module"
            if bare is None and not scope and not getattr(mark, "keywords", []):
                if mark not in decorators(definition.node) or name == OLD_MARK:
                    return
                bare = mark
            elif bare is None:
                return
            elif scope and scope != (suite.settings.test_scope or "function"):
                yield Finding(
                    source.path,
                    bare.lineno,
                    f"this mark, without loop_scope, undoes the outer loop_scope={scope!r}",
                    "one mark only",
                    (drop_decorator(source, bare),),
                )
                return


def _generator(definition: Definition) -> Finding:
    """Return the finding of a test with a `yield`, which nothing runs."""
    source, last = definition.source, definition.node.body[-1]
    yields = [n for n in inside(definition.node) if isinstance(n, ast.Yield)]
    simple = isinstance(last, ast.Expr) and [last.value] == yields
    return Finding(
        source.path,
        definition.node.lineno,
        "a test with a `yield` is an async generator, which nothing runs",
        "no `yield`",
        (source.drop_statement(last),) if simple else (),
    )


def _unmarked(definition: Definition, suite: Suite) -> Iterator[Finding]:
    marks = [definition.source.name(mark) for mark in definition.marks]
    if suite.settings.mode == "auto" or ASYNCIO in marks or OLD_MARK in marks:
        return
    if definition.has_other_owner or suite.settings.others:
        return
    source, node = definition.source, definition.node
    yield Finding(
        source.path,
        node.lineno,
        "no mark: in strict mode nothing runs this async test",
        "@pytest.mark.asyncio",
        () if suite.uses_others else add_mark(definition),
    )


def _old_marks(source: Source) -> Iterator[Finding]:
    for node in source.nodes:
        if not isinstance(node, ast.Attribute) or source.name(node) != OLD_MARK:
            continue
        outer = source.parents[node]
        scope = "class" if isinstance(outer, ast.ClassDef) else "module"
        prefix = source.text(source.start(node), source.end(node.value))
        new = f'{prefix}.asyncio(loop_scope="{scope}")'
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef):
            new = f"{prefix}.asyncio"
        yield Finding(
            source.path,
            node.lineno,
            "the mark asyncio_event_loop is gone",
            new,
            (source.replace(node, new),),
        )


def _without_effect(source: Source) -> Iterator[Finding]:
    for statement in source.tree.body:
        value = pytestmark(statement)
        if value is None:
            continue
        alone = source.name(value) == ASYNCIO
        yield Finding(
            source.path,
            statement.lineno,
            "pytestmark has no effect in this file",
            "asyncio_mode = auto in the configuration, or the mark in each test file",
            (source.drop_statement(statement),) if alone else (),
        )


# ── what other rules use too ──


def add_mark(definition: Definition, loop_scope: str = "") -> tuple[Edit, ...]:
    """Return the edits that give a test the asyncio mark, with a loop scope if wanted."""
    source = definition.source
    for mark in definition.node.decorator_list:
        if source.name(mark) == ASYNCIO:
            if not loop_scope or (isinstance(mark, ast.Call) and mark.keywords):
                return ()
            end = source.end(mark.func if isinstance(mark, ast.Call) else mark)
            return (Edit(end, source.end(mark), f'(loop_scope="{loop_scope}")'),)
    first = min(
        [definition.node, *definition.node.decorator_list], key=lambda n: n.lineno
    )
    place = source.line(first.lineno)[0]
    name = source.local_name("pytest")
    given = f'(loop_scope="{loop_scope}")' if loop_scope else ""
    text = f"{source.indent(first)}@{name}.mark.asyncio{given}{source.newline}"
    return (Edit(place, place, text), *source.imports("pytest"))


def drop_decorator(source: Source, node: ast.expr) -> Edit:
    """Return the edit that deletes the lines of a decorator."""
    end = source.line(node.end_lineno or node.lineno)[1]
    return Edit(source.line(node.lineno)[0], end, "")
