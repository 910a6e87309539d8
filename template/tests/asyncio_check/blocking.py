"""Sync code that drives an event loop itself: which of it is surely right as async code."""

import ast
import builtins
import re
from collections.abc import Iterator
from functools import cache

from asyncio_check.source import Edit, Source, inside
from asyncio_check.suite import GET_LOOP, Definition

RUN = "run_until_complete"
# Calls that are as right in a coroutine as outside.
HARMLESS = re.compile(
    r"pytest\.(raises|approx|warns|fail|skip)|unittest\.mock\.\w+"
    r"|asyncio\.(sleep|wait_for|gather|wait|timeout|Queue|Event|Lock|Condition|Semaphore)"
    r"|(\w+\.)*assert_\w+|(\w+\.)?[A-Z]\w+|" + "|".join(dir(builtins))
)


@cache
def becomes_async(definition: Definition) -> bool:
    """Whether a sync test is surely the same as async test, with `await`.

    It only ever runs the loop to the end of something, and calls nothing else that might
    run a loop.
    """
    source, node = definition.source, definition.node
    loop = definition.arguments.get("event_loop")
    runs = list(run_calls(definition))
    if definition.is_async or not runs or definition.in_unittest or definition.yields:
        return False
    if loop and len(definition.uses("event_loop")) != len(runs):
        return False
    if not all(source.name(d).startswith("pytest.mark.") for d in node.decorator_list):
        return False
    inner = {n for run in runs for n in ast.walk(run)}
    return not any(
        isinstance(n, ast.Lambda | ast.FunctionDef | ast.GeneratorExp)
        or (isinstance(n, ast.Call) and not is_harmless(source, n))
        for statement in node.body
        for n in [statement, *inside(statement)]
        if n not in inner
    )


def is_harmless(source: Source, call: ast.Call) -> bool:
    """Whether a call surely runs no event loop."""
    name = source.name(call) or getattr(call.func, "attr", "")
    return name != "input" and bool(HARMLESS.fullmatch(name))


def run_calls(definition: Definition) -> Iterator[ast.Call]:
    """Give the calls `event_loop.run_until_complete(x)`, and those of a current loop."""
    for statement in definition.node.body:
        for node in inside(statement):
            if not isinstance(node, ast.Call) or not isinstance(
                node.func, ast.Attribute
            ):
                continue
            if node.func.attr != RUN or len(node.args) != 1 or node.keywords:
                continue
            loop = node.func.value
            by_name = isinstance(loop, ast.Name) and loop.id == "event_loop"
            current = definition.source.name(loop) in GET_LOOP
            if (by_name and "event_loop" in definition.arguments) or (
                current and isinstance(loop, ast.Call)
            ):
                yield node


def await_edits(definition: Definition) -> Iterator[Edit]:
    """Give the edits that make it `async def`, and each run an `await`."""
    source = definition.source
    start = source.start(definition.node)
    yield Edit(start, start, "async ")
    for run in run_calls(definition):
        argument, outer = run.args[0], source.parents[run]
        simple = isinstance(
            argument, ast.Call | ast.Name | ast.Attribute | ast.Subscript
        )
        one_line = run.lineno == run.end_lineno
        opening, closing = ("await ", "") if simple and one_line else ("await (", ")")
        if isinstance(outer, ast.Attribute | ast.Subscript) or (
            isinstance(outer, ast.Call) and outer.func is run
        ):
            opening, closing = f"({opening}", f"{closing})"
        if one_line:
            yield Edit(source.start(run), source.start(argument), opening)
            yield Edit(source.end(argument), source.end(run), closing)
        else:
            yield Edit(source.start(run), source.end(run.func), opening[:-1])
            yield Edit(source.end(run), source.end(run), closing[1:])
