"""What to do in a project: the findings of today, the files as they should be, what is left."""

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from asyncio_check.rules import findings
from asyncio_check.source import Edit, Finding, Source, Unreadable, in_order, rewrite
from asyncio_check.suite import Suite
from configuration import Configuration, configuration_findings, target_settings
from files import is_test_file, python_files, read
from loop_fixture import loop_fixture
from pins import is_requirements, pin_findings

PASSES = 6  # Edits that meet wait for the next pass; two are usual.


@dataclass
class Plan:
    """Findings as the files stand, new contents, and findings that a person must see to."""

    findings: list[Finding]
    contents: dict[Path, bytes] = field(default_factory=dict)
    left: list[Finding] = field(default_factory=list)


class Project:
    """A project's files, as they are on disk or as they will be."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.new: dict[Path, bytes] = {}
        self.python = python_files(root)
        self.requirements = [
            path.relative_to(root)
            for pattern in ("*", "requirements*/*")
            for path in sorted(root.glob(pattern))
            if path.is_file() and is_requirements(path.relative_to(root))
        ]
        self._sources: dict[Path, tuple[bytes, Source]] = {}

    def read(self, path: Path) -> bytes | None:
        """Return what a file holds, or will hold; None if there is none."""
        if path in self.new:
            return self.new[path]
        return read(self.root / path)

    def sources(self, testpaths: list[str]) -> tuple[list[Source], list[Finding]]:
        """Return the test files, and findings for those that cannot be read."""
        found, unreadable = [], []
        for path in sorted({*self.python, *(p for p in self.new if p.suffix == ".py")}):
            data = self.read(path)
            if data is None or not is_test_file(path, testpaths):
                continue
            try:
                if self._sources.get(path, (None,))[0] != data:
                    self._sources[path] = data, Source(path, data)
                found.append(self._sources[path][1])
            except Unreadable as error:
                if re.search(rb"asyncio|event_loop|<<<<<<<", data):
                    line = getattr(error.__cause__, "lineno", None) or 1
                    unreadable.append(
                        Finding(
                            path,
                            line,
                            f"left alone: {error}",
                            "Python in UTF-8, then run this again",
                        )
                    )
        return found, unreadable

    def uses_pytest_asyncio(self, sources: Iterable[Source], configuration: Configuration) -> bool:
        """Whether anything in the project says pytest-asyncio."""
        files = [self.read(path) or b"" for path in self.requirements]
        words = rb"pytest[-_]asyncio|asyncio_mode|pytest-aiohttp"
        return (
            any(re.search(words, data) for data in files)
            or any(configuration.value(name) for name in ("asyncio_mode",))
            or any(b"mark.asyncio" in s.data or b"pytest_asyncio" in s.data for s in sources)
        )


def make_plan(root: Path, *, only_findings: bool = False) -> Plan:
    """Return what to do in a project, with the new contents unless not wanted. Changes nothing."""
    project = Project(root)
    if only_findings:
        return Plan(find(project))
    plan = Plan([])
    for number in range(PASSES):
        found = find(project)
        if number == 0:
            plan.findings = found
        contents = apply_findings(project, found)
        plan.left = [f for f in found if not f.edits or f.path not in contents]
        if not contents:
            break
        project.new |= contents
    plan.contents = {path: data for path, data in project.new.items() if read(root / path) != data}
    return plan


def find(project: Project) -> list[Finding]:
    """Return all findings of a project."""
    configuration = Configuration(project.read)
    sources, unreadable = project.sources(configuration.testpaths)
    if not project.uses_pytest_asyncio(sources, configuration):
        return unreadable
    suite = Suite(sources, configuration.settings())
    target = target_settings(configuration, suite)
    suite = Suite(sources, target)
    found = [*unreadable, *findings(suite), *configuration_findings(configuration, target)]
    for path in project.requirements:
        found += pin_findings(path, project.read(path) or b"")
    return sorted(found + loop_fixture(project, suite, found))


def apply_findings(project: Project, found: list[Finding]) -> dict[Path, bytes]:
    """Return the files with the edits of the findings, those that meet others left out."""
    accepted: dict[Path, set[Edit]] = {}
    for finding in found:
        edits = accepted.setdefault(finding.path, set())
        if finding.edits and fits(edits, finding.edits):
            edits.update(finding.edits)
    contents = {}
    for path, edits in accepted.items():
        if edits:
            data = project.read(path) or b""
            new = rewrite(data, edits)
            try:
                contents[path] = without_unused(path, data, new) if path.suffix == ".py" else new
            except Unreadable:  # Edits that make no Python are not made; the finding stays.
                continue
    return contents


def fits(accepted: set[Edit], edits: tuple[Edit, ...]) -> bool:
    """Whether edits meet none of others, but for those that are the same."""
    both = in_order(accepted.union(edits))
    return all(a.end <= b.start for a, b in pairwise(both))


def without_unused(path: Path, old: bytes, new: bytes) -> bytes:
    """Return a file without the imports that its edits left unused."""
    before, after = (Source(path, old) if old else None), Source(path, new)
    if before is None or path.name == "__init__.py" or b"__all__" in new:
        return new

    def unused(source: Source) -> dict[str, ast.stmt]:
        used = {n.id for n in source.nodes if isinstance(n, ast.Name)}
        texts = [n.value for n in source.nodes if isinstance(n, ast.Constant)]
        quoted = " ".join(text for text in texts if isinstance(text, str))
        return {
            name: node
            for node in source.tree.body
            if isinstance(node, ast.Import | ast.ImportFrom) and len(node.names) == 1
            for name in [(node.names[0].asname or node.names[0].name).partition(".")[0]]
            if name not in used and not re.search(rf"\b{name}\b", quoted)
        }

    gone = unused(after).keys() - unused(before).keys()
    edits = [after.drop_statement(node) for name, node in unused(after).items() if name in gone]
    return rewrite(new, edits)
