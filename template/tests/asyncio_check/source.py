"""A Python file as bytes and as a tree, and edits that leave every other byte alone."""

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

BOM = b"\xef\xbb\xbf"
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Unreadable(Exception):
    """A file that is left alone; the message says why."""


@dataclass(frozen=True)
class Edit:
    """Bytes `start` to `end` of a file, without its BOM, become `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, order=True)
class Finding:
    """A mistake: where, what is wrong, what to write; edits, when they are sure."""

    path: Path
    line: int
    wrong: str
    write: str
    edits: tuple[Edit, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        """Return `file:line: why. Write: what`."""
        return f"{self.path.as_posix()}:{self.line}: {self.wrong}. Write: {self.write}"


class Source:
    """A file that was read. Raises Unreadable when its text is not UTF-8 or Python."""

    def __init__(self, path: Path, content: bytes) -> None:
        self.path = path
        self.data = content.removeprefix(BOM)
        try:
            self.data.decode("utf-8")
            encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
            if not encoding.startswith("utf-8"):
                raise Unreadable(f"its encoding is {encoding}")
            self.tree = ast.parse(self.data)
        except UnicodeDecodeError as error:
            raise Unreadable("it is not UTF-8") from error
        except (SyntaxError, ValueError, RecursionError) as error:
            line = getattr(error, "lineno", None) or 1
            raise Unreadable(f"line {line} is not Python") from error
        # The lines of Python: a form feed, which str.splitlines() takes, ends none.
        ends = [match.end() for match in re.finditer(rb"\r\n|\r|\n", self.data)]
        self._starts = [0, *ends]
        newline = re.search(rb"\r\n|\r|\n", self.data)
        self.newline = newline.group().decode() if newline else "\n"

    # ── positions ──

    def offset(self, line: int, column: int) -> int:
        """Return the place of a line (from 1) and a column in bytes."""
        return self._starts[line - 1] + column

    def start(self, node: ast.expr | ast.stmt | ast.arg | ast.keyword) -> int:
        """Return where a node begins."""
        return self.offset(node.lineno, node.col_offset)

    def end(self, node: ast.expr | ast.stmt | ast.arg | ast.keyword) -> int:
        """Return where a node ends."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self.offset(node.end_lineno, node.end_col_offset)

    def line(self, number: int) -> tuple[int, int]:
        """Return where a line begins, and where the next one does."""
        following = self._starts[number : number + 1] or [len(self.data)]
        return self._starts[number - 1], following[0]

    def text(self, start: int, end: int) -> str:
        """Return a piece of the file."""
        return self.data[start:end].decode()

    def indent(self, node: ast.stmt | ast.expr) -> str:
        """Return the white space before the first line of a node."""
        text = self.text(*self.line(node.lineno))
        return text[: len(text) - len(text.lstrip(" \t\f"))]

    # ── edits ──

    def replace(self, node: ast.expr | ast.stmt | ast.keyword, text: str) -> Edit:
        """Return the edit that writes `text` in place of a node."""
        return Edit(self.start(node), self.end(node), text)

    def drop_lines(self, first: int, last: int) -> Edit:
        """Return the edit that deletes whole lines, and the blank ones before them."""
        start, end = self.line(first)[0], self.line(last)[1]
        blank = rb"(?:(?<=[\r\n])[ \t]*(?:\r\n|\r|\n))*\Z"
        before = re.search(blank, self.data[:start])
        return Edit(before.start() if before else start, end, "")

    def drop_statement(self, node: ast.stmt) -> Edit:
        """Return the edit that deletes a statement; `pass` takes its place if needed."""
        first = min([node.lineno, *(d.lineno for d in decorators(node))])
        assert node.end_lineno is not None
        siblings = self.block_of(node)
        if len(siblings) == 1 and not isinstance(self.parents[node], ast.Module):
            return Edit(self.offset(first, node.col_offset), self.end(node), "pass")
        start, end = self.line(first)[0], self.line(node.end_lineno)[1]
        alone = not self.text(start, self.start(node)).strip() or first < node.lineno
        rest = self.text(self.end(node), end).strip()
        if alone and (not rest or rest.startswith("#")):
            if isinstance(node, Function):
                return self.drop_lines(first, node.end_lineno)
            return Edit(start, end, "")
        after = re.match(rb"[ \t]*;[ \t]*", self.data[self.end(node) :])
        if after:
            return Edit(self.start(node), self.end(node) + after.end(), "")
        before = re.search(rb"[ \t]*;[ \t]*\Z", self.data[: self.start(node)])
        return Edit(before.start() if before else start, self.end(node), "")

    def drop_argument(self, node: ast.arg | ast.expr | ast.keyword) -> Edit:
        """Return the edit that takes a parameter or an argument out of its list."""
        begin, end = self.start(node), self.end(node)
        after = re.match(rb"\s*,", self.data[end:])
        stop = end + (after.end() if after else 0)
        line_start, line_end = self.line(node.lineno)
        alone = not self.text(line_start, begin).strip()
        if alone and stop < line_end and not self.text(stop, line_end).strip():
            return Edit(line_start, line_end, "")
        if after:
            space = re.match(rb"[ \t]*", self.data[stop:])
            return Edit(begin, stop + (space.end() if space else 0), "")
        before = re.search(rb",\s*\Z", self.data[:begin])
        return Edit(before.start() if before else begin, end, "")

    def insert_first(self, function: Function, line: str) -> Edit:
        """Return the edit that puts a line before a function's first statement."""
        body = function.body
        doc = len(body) > 1 and ast.get_docstring(function, clean=False) is not None
        first = body[1] if doc else body[0]
        if first.lineno == function.lineno or (doc and first.lineno == body[0].lineno):
            return Edit(self.start(first), self.start(first), f"{line}; ")
        # A docstring alone: the line goes after it.
        if not doc and ast.get_docstring(function, clean=False) is not None:
            end = self.end(body[0])
            text = f"{self.newline}{self.indent(first)}{line}"
            return Edit(end, end, text)
        top = min([first.lineno, *(d.lineno for d in decorators(first))])
        start = self.line(top)[0]
        return Edit(start, start, f"{self.indent(first)}{line}{self.newline}")

    def imports(self, module: str) -> tuple[Edit, ...]:
        """Return the edit that imports a module, or none when that is done already."""
        imports = [
            n for n in self.tree.body if isinstance(n, ast.Import | ast.ImportFrom)
        ]
        if module in {
            a.name for n in imports if isinstance(n, ast.Import) for a in n.names
        }:
            return ()
        imports = [n for n in imports if getattr(n, "module", "") != "__future__"]
        pytest = [n for n in imports if "pytest" in _imported(n)]
        line, after = f"import {module}{self.newline}", ""
        if module == "pytest_asyncio" and pytest and pytest[0].end_lineno:
            place = self.line(pytest[0].end_lineno)[1]
        elif imports:
            place = self.line(imports[0].lineno)[0]
            known = sys.stdlib_module_names
            if (module in known) != _imported(imports[0]).issubset(known):
                after = self.newline
        else:
            head = [n for n in self.tree.body if _is_head(n)]
            place = self.line(head[-1].end_lineno or 1)[1] if head else 0
            line = f"{self.newline if head else ''}{line}"
            after = "" if not self.tree.body else self.newline * 2
        if place and self.data[place - 1 : place] not in (b"\n", b"\r"):
            line = f"{self.newline}{line}"
        return (Edit(place, place, f"{line}{after}"),)

    def local_name(self, module: str) -> str:
        """Return the name under which the file knows a module, or the module's own."""
        return next((k for k, v in self.names.items() if v == module), module)

    # ── structure ──

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """All nodes of the tree."""
        return list(ast.walk(self.tree))

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """What each node stands in."""
        return {
            child: node for node in self.nodes for child in ast.iter_child_nodes(node)
        }

    @cached_property
    def names(self) -> dict[str, str]:
        """What the names of the imports mean: `pt` is `pytest`."""
        found = {}
        for node in self.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    top = alias.name.partition(".")[0]
                    found[alias.asname or top] = alias.name if alias.asname else top
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    name = f"{'.' * node.level}{node.module or ''}.{alias.name}"
                    found[alias.asname or alias.name] = name
        for node in self.tree.body:  # mark = pytest.mark.asyncio
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                value = node.value
                if isinstance(value, ast.Attribute) and len(node.targets) == 1:
                    found.setdefault(node.targets[0].id, dotted(value, found))
        return found

    def name(self, node: ast.AST) -> str:
        """Return the full name of what an expression means or calls, or nothing."""
        return dotted(node.func if isinstance(node, ast.Call) else node, self.names)

    def block_of(self, node: ast.stmt) -> list[ast.stmt]:
        """Return the statements among which one stands."""
        for _, value in ast.iter_fields(self.parents[node]):
            if isinstance(value, list) and node in value:
                return value
        return [node]

    def definitions(self) -> Iterator[tuple[Function, tuple[ast.ClassDef, ...]]]:
        """Give the functions of the file and of its classes, not nested ones."""

        def walk(
            body: Iterable[ast.AST], classes: tuple[ast.ClassDef, ...]
        ) -> Iterator[tuple[Function, tuple[ast.ClassDef, ...]]]:
            for node in body:
                if isinstance(node, Function):
                    yield node, classes
                elif isinstance(node, ast.ClassDef):
                    yield from walk(node.body, (*classes, node))
                elif isinstance(node, ast.If | ast.Try | ast.With | ast.ExceptHandler):
                    yield from walk(ast.iter_child_nodes(node), classes)

        return walk(self.tree.body, ())


def in_order(edits: Iterable[Edit]) -> list[Edit]:
    """Return edits in their order, once; at one place, imports come first."""
    return sorted(
        set(edits),
        key=lambda e: (
            e.start,
            e.end,
            not e.text.strip().startswith("import "),
            e.text,
        ),
    )


def rewrite(content: bytes, edits: Iterable[Edit]) -> bytes:
    """Return a file after edits, none of which overlap."""
    data = content.removeprefix(BOM)
    pieces, end = [content[: len(content) - len(data)]], 0
    for edit in in_order(edits):
        pieces += [data[end : edit.start], edit.text.encode()]
        end = edit.end
    return b"".join([*pieces, data[end:]])


def _imported(node: ast.stmt) -> set[str]:
    """Return the top names of the modules that a statement imports."""
    if isinstance(node, ast.ImportFrom):
        return {(node.module or ".").partition(".")[0]} if not node.level else {"."}
    assert isinstance(node, ast.Import)
    return {alias.name.partition(".")[0] for alias in node.names}


def _is_head(node: ast.stmt) -> bool:
    """Whether it is a docstring, or an import from __future__."""
    future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
    return future or (
        isinstance(node, ast.Expr) and isinstance(constant(node.value), str)
    )


def decorators(node: ast.AST) -> list[ast.expr]:
    """Return the decorators of a function or class."""
    return getattr(node, "decorator_list", [])


def dotted(node: ast.AST, names: dict[str, str]) -> str:
    """Return `a.b.c` for such an expression, its first name replaced by what it means."""
    if isinstance(node, ast.Name):
        return names.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        before = dotted(node.value, names)
        return f"{before}.{node.attr}" if before else ""
    return ""


def inside(node: ast.AST, *, nested: bool = False) -> Iterator[ast.AST]:
    """Give what stands in a node; what nested functions hold only if `nested`."""
    for child in ast.iter_child_nodes(node):
        yield child
        if nested or not isinstance(child, Function | ast.Lambda):
            yield from inside(child, nested=nested)


def keyword(call: ast.AST, name: str) -> ast.keyword | None:
    """Return a keyword argument of a call."""
    words = call.keywords if isinstance(call, ast.Call) else []
    return next((word for word in words if word.arg == name), None)


def constant(node: ast.AST | None) -> object:
    """Return the value of a literal, or None."""
    return node.value if isinstance(node, ast.Constant) else None
