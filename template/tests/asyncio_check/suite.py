"""The tests of a project as the rules see them: tests, fixtures, marks, who owns them."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from asyncio_check.source import (
    Function,
    Source,
    constant,
    decorators,
    inside,
    keyword,
)

SCOPES = ("function", "class", "module", "package", "session")
FIXTURES = ("pytest.fixture", "pytest.yield_fixture", "pytest_asyncio.fixture")
# Plugins that run async tests and fixtures of their own; theirs are left alone.
OTHERS = ("anyio", "trio", "twisted", "tornado", "gen_test", "asyncio_cooperative")
OTHERS_ARGUMENTS = {"anyio_backend", "nursery", "autojump_clock", "mock_clock"}
GET_LOOP = ("asyncio.get_event_loop", "asyncio.events.get_event_loop")
XUNIT = ("setup_method", "setup", "setup_class", "setup_function", "setup_module")


@dataclass(frozen=True)
class Settings:
    """What the configuration says; a scope is empty when its option is not set."""

    mode: str = "strict"
    fixture_scope: str = ""
    test_scope: str = ""
    others: bool = False  # Another plugin runs every async test: trio_mode, anyio_mode.


class Definition:
    """A function of the suite: a test, a fixture, or a helper."""

    def __init__(
        self, source: Source, node: Function, classes: tuple[ast.ClassDef, ...]
    ) -> None:
        self.source = source
        self.node = node
        self.classes = classes
        self.is_async = isinstance(node, ast.AsyncFunctionDef)
        self.fixture = next(
            (d for d in node.decorator_list if source.name(d) in FIXTURES), None
        )
        args = node.args
        plain = [*args.posonlyargs, *args.args]
        given = plain[: len(plain) - len(args.defaults)]
        given += [
            a for a, d in zip(args.kwonlyargs, args.kw_defaults, strict=True) if not d
        ]
        self.arguments = {arg.arg: arg for arg in given}
        bases = [source.name(base) for cls in classes for base in cls.bases]
        self.in_unittest = any(base.endswith("TestCase") for base in bases)

    @property
    def name(self) -> str:
        """Return the name that tests ask for."""
        word = keyword(self.fixture, "name") if self.fixture else None
        return str(constant(word.value)) if word else self.node.name

    @property
    def is_test(self) -> bool:
        """Whether it is named as a test."""
        return self.node.name.startswith("test") and not self.fixture

    @property
    def is_collected(self) -> bool:
        """Whether pytest surely collects it as a test."""
        name = self.source.path.name
        file = name.startswith("test_") or name.endswith("_test.py")
        classes = all(cls.name.startswith("Test") for cls in self.classes)
        return self.is_test and file and classes and not self.in_unittest

    @property
    def is_plain_fixture(self) -> bool:
        """Whether pytest makes the fixture, and pytest-asyncio in auto mode only."""
        return bool(self.fixture) and not self.is_asyncio_fixture

    @property
    def is_asyncio_fixture(self) -> bool:
        """Whether its decorator is pytest_asyncio.fixture."""
        name = self.source.name(self.fixture) if self.fixture else ""
        return name.startswith("pytest_asyncio.")

    @property
    def scope(self) -> str:
        """Return the scope of a fixture; empty if it is not a literal."""
        value = scope_of(self.fixture, "scope")
        return "function" if value is None else value

    @cached_property
    def marks(self) -> list[ast.expr]:
        """Return the marks, the closest first."""
        return [mark for _, marks in self.marked_nodes for mark in marks]

    @cached_property
    def marked_nodes(self) -> list[tuple[ast.AST, list[ast.expr]]]:
        """Return function, classes and module, the closest first, with their marks."""
        own: list[ast.AST] = [self.node, *reversed(self.classes)]
        found = [(n, marks_of(self.source, n)) for n in own]
        return [*found, (self.source.tree, marks_of(self.source, self.source.tree))]

    def marks_named(self, name: str) -> list[ast.expr]:
        """Return the marks of a name, the closest first."""
        return self._marks_by_name.get(f"pytest.mark.{name}", [])

    @cached_property
    def _marks_by_name(self) -> dict[str, list[ast.expr]]:
        found: dict[str, list[ast.expr]] = defaultdict(list)
        for mark in self.marks:
            found[self.source.name(mark)].append(mark)
        return dict(found)

    @cached_property
    def has_other_owner(self) -> bool:
        """Whether a mark or an argument gives it to another plugin."""
        marked = any(self.marks_named(other) for other in OTHERS)
        return marked or not OTHERS_ARGUMENTS.isdisjoint(self.arguments)

    @property
    def yields(self) -> bool:
        """Whether it is a generator."""
        return any(isinstance(n, ast.Yield | ast.YieldFrom) for n in inside(self.node))

    @property
    def names_loop_scope(self) -> bool:
        """Whether the decorator of a fixture names its loop scope."""
        return keyword(self.fixture or self.node, "loop_scope") is not None

    @property
    def runs_on_loop(self) -> bool:
        """Whether pytest-asyncio sets a fixture up on a loop, now or with these rules."""
        asks = "event_loop" in self.arguments or self.needs_current_loop
        runs = self.is_asyncio_fixture or self.is_async or asks
        return bool(self.fixture) and runs

    @cached_property
    def loop_scope(self) -> str:
        """Return the loop scope that the closest asyncio mark of a test names."""
        marks = self.marks_named("asyncio")
        return scope_of(marks[0], "loop_scope") or "" if marks else ""

    @property
    def is_autouse(self) -> bool:
        """Whether every test has a fixture, asked for or not."""
        word = keyword(self.fixture or self.node, "autouse")
        return bool(word and constant(word.value))

    def uses(self, name: str) -> list[ast.Name]:
        """Return where the body has a name."""
        return [
            node
            for statement in self.node.body
            for node in ast.walk(statement)
            if isinstance(node, ast.Name) and node.id == name
        ]

    def calls(self, *names: str, nested: bool = False) -> list[ast.Call]:
        """Return the calls of these functions in the body."""
        return [
            node
            for statement in self.node.body
            for node in [statement, *inside(statement, nested=nested)]
            if isinstance(node, ast.Call) and self.source.name(node) in names
        ]

    @property
    def is_loop_fixture(self) -> bool:
        """Whether it lends sync code the loop: the temporary fixture `event_loop`."""
        return self.is_asyncio_fixture and self.name == "event_loop"

    @cached_property
    def needs_current_loop(self) -> bool:
        """Whether it is sync and asks asyncio for a loop that nobody may have set."""
        if self.is_async or self.in_unittest:
            return False
        text = self.source.text(
            self.source.start(self.node), self.source.end(self.node)
        )
        if re.search(r"\bset_event_loop\(|\bpatch\(|RuntimeError", text):
            return False
        return bool(
            self.calls(*GET_LOOP, "asyncio.Future", "asyncio.ensure_future")
            or ".get_event_loop_policy().get_event_loop(" in text
        )


class Suite:
    """All test files of a project, and its settings."""

    def __init__(self, sources: Iterable[Source], settings: Settings) -> None:
        self.sources = list(sources)
        self.settings = settings
        self.definitions = [
            Definition(source, node, classes)
            for source in self.sources
            for node, classes in source.definitions()
        ]

    @cached_property
    def _by_source(self) -> dict[Source, list[Definition]]:
        found: dict[Source, list[Definition]] = defaultdict(list)
        for definition in self.definitions:
            found[definition.source].append(definition)
        return found

    def of(self, source: Source) -> list[Definition]:
        """Return the functions of a file."""
        return self._by_source[source]

    @cached_property
    def _by_argument(self) -> dict[str, list[Definition]]:
        found: dict[str, list[Definition]] = defaultdict(list)
        for definition in self.definitions:
            names = set(definition.arguments)
            for mark in definition.marks_named("usefixtures"):
                if isinstance(mark, ast.Call):
                    names |= {str(constant(arg)) for arg in mark.args}
            for name in names:
                found[name].append(definition)
        return found

    def requesters(self, name: str) -> list[Definition]:
        """Return the tests and fixtures that ask for a fixture by its name."""
        return self._by_argument[name]

    @cached_property
    def uses_others(self) -> bool:
        """Whether any test or fixture belongs to another plugin."""
        imported = {n for s in self.sources for n in s.names.values()}
        return (
            self.settings.others
            or any(n.partition(".")[0] == "pytest_trio" for n in imported)
            or any(d.has_other_owner for d in self.definitions)
        )

    def is_owned_by_others(self, definition: Definition) -> bool:
        """Whether another plugin may own it: by its marks, or by those who ask for it."""
        if definition.in_unittest or definition.has_other_owner:
            return True
        if not self.uses_others:
            return False
        if not definition.fixture:
            return self.settings.others and not definition.marks_named("asyncio")
        seen, waiting = {definition}, [definition]
        ours = False
        while waiting:
            for other in self.requesters(waiting.pop().name):
                if other.has_other_owner:
                    return True
                ours = ours or bool(other.marks_named("asyncio"))
                if other.fixture and other not in seen:
                    seen.add(other)
                    waiting.append(other)
        return not ours and self.settings.mode == "strict"

    @cached_property
    def event_loop_fixtures(self) -> list[Definition]:
        """Return the fixtures named event_loop: overrides, and the temporary one."""
        return [d for d in self.definitions if d.fixture and d.name == "event_loop"]

    @cached_property
    def lends_the_loop(self) -> bool:
        """Whether a fixture gives every sync test a current loop."""
        return any(d.is_loop_fixture and d.is_autouse for d in self.event_loop_fixtures)

    @cached_property
    def called_by_sync(self) -> set[str]:
        """Return the names that sync tests, fixtures and set-ups call."""
        return {
            node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            for d in self.definitions
            if not d.is_async and (d.is_test or d.fixture or d.node.name in XUNIT)
            for node in inside(d.node)
            if isinstance(node, ast.Call)
            if isinstance(node.func, ast.Attribute | ast.Name)
        }

    # ── loop scopes ──

    @cached_property
    def overrides(self) -> list[Definition]:
        """Return the fixtures that redefine pytest-asyncio's old event_loop."""
        return [d for d in self.event_loop_fixtures if not d.is_loop_fixture]

    def is_local(self, override: Definition) -> bool:
        """Whether an override serves one file or class, and no fixture from outside."""
        if override.source.path.name == "conftest.py" or self.is_exported(override):
            return False
        if any(override.source.path.stem in name for name in self._plugins):
            return False
        inner = [d for d in self.of(override.source) if in_reach(override, d)]
        waiting = {name for d in inner if d.is_test for name in d.arguments}
        names: set[str] = set()
        while waiting:
            names |= waiting
            waiting = {
                name
                for d in self.definitions
                if d.fixture and d.name in waiting
                for name in d.arguments
            } - names
        return not any(
            d.runs_on_loop and (d.is_autouse or d.name in names)
            for d in self.definitions
            if d.fixture and d not in inner and d.name != "event_loop"
            if d.source is override.source or d.source.path.name == "conftest.py"
        )

    @cached_property
    def _plugins(self) -> list[str]:
        """Return what the files name as plugins."""
        return [
            str(constant(node))
            for source in self.sources
            for statement in source.tree.body
            if isinstance(statement, ast.Assign)
            if "pytest_plugins" in map(ast.unparse, statement.targets)
            for node in ast.walk(statement.value)
            if isinstance(node, ast.Constant)
        ]

    @cached_property
    def _local(self) -> list[Definition]:
        return [d for d in self.overrides if self.is_local(d)]

    def local_scope(self, definition: Definition) -> str:
        """Return the loop scope that an override of its file gives a test or fixture."""
        scopes = [
            d.scope
            for d in self._local
            if d.source is definition.source and in_reach(d, definition)
            if SCOPES.index(d.scope or "function")
            > SCOPES.index(self.settings.test_scope or "function")
        ]
        return widest(scopes) if scopes else ""

    @cached_property
    def needed_scope(self) -> str:
        """Return the narrowest loop scope that serves overrides and fixtures of all files."""
        scopes = [d.scope for d in self.overrides if d not in self._local]
        local = {d.source for d in self._local}
        scopes += [
            d.scope
            for d in self.definitions
            if d.runs_on_loop and not d.names_loop_scope and d.source not in local
            if d.name not in ("event_loop", "event_loop_policy")
            if not self.is_owned_by_others(d)
        ]
        return widest(scope for scope in scopes if scope)

    def is_exported(self, definition: Definition) -> bool:
        """Whether another file, or `__all__`, names a fixture of a file."""
        source, name = definition.source, definition.node.name
        for node in source.tree.body:
            text = ast.unparse(node)
            if text.startswith("__all__") and f"'{name}'" in text:
                return True
        return any(
            alias.name == name
            for other in self.sources
            if other is not source
            for node in other.nodes
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        )


def in_reach(override: Definition, definition: Definition) -> bool:
    """Whether a fixture of a file or class serves what is defined there."""
    return definition.classes[: len(override.classes)] == override.classes


def marks_of(source: Source, node: ast.AST) -> list[ast.expr]:
    """Return the marks of a function, a class (its pytestmark too) or a module."""
    found = [d for d in decorators(node) if source.name(d).startswith("pytest.mark.")]
    if not isinstance(node, ast.Module | ast.ClassDef):
        return found
    for statement in node.body:
        if (value := pytestmark(statement)) is not None:
            several = isinstance(value, ast.List | ast.Tuple)
            found += value.elts if isinstance(value, ast.List | ast.Tuple) else []
            found += [] if several else [value]
    return found


def pytestmark(statement: ast.stmt) -> ast.expr | None:
    """Return the value that a statement gives to `pytestmark`."""
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    else:
        return None
    named = any(isinstance(t, ast.Name) and t.id == "pytestmark" for t in targets)
    return statement.value if named else None


def scope_of(node: ast.AST | None, name: str) -> str | None:
    """Return the scope that a decorator or mark gives; None if not, "" if not literal."""
    if not isinstance(node, ast.Call):
        return None
    word = keyword(node, name)
    value = word.value if word else next(iter(node.args), None)
    if value is None:
        return None
    literal = constant(value)
    return literal if literal in SCOPES and isinstance(literal, str) else ""


def widest(scopes: Iterable[str]) -> str:
    """Return the widest of some scopes; "function" if there are none."""
    return max(scopes, key=SCOPES.index, default="function")
