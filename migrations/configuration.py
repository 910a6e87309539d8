"""What pytest is configured with, and what it should be: pytest.ini, pyproject.toml and others."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from asyncio_check.hooks import marked_scope, marking_hook, set_options
from asyncio_check.source import BOM, Edit, Finding
from asyncio_check.suite import SCOPES, Settings, Suite, pytestmark, scope_of, widest
from tables import Option, Section, read_sections

MODE = "asyncio_mode"
FIXTURE_SCOPE = "asyncio_default_fixture_loop_scope"
TEST_SCOPE = "asyncio_default_test_loop_scope"
OPTIONS = (MODE, FIXTURE_SCOPE, TEST_SCOPE)
# In the order in which pytest looks for them.
PLACES = (
    ("pytest.toml", "pytest"),
    (".pytest.toml", "pytest"),
    ("pytest.ini", "pytest"),
    (".pytest.ini", "pytest"),
    ("pyproject.toml", "tool.pytest"),
    ("pyproject.toml", "tool.pytest.ini_options"),
    ("tox.ini", "pytest"),
    ("setup.cfg", "tool:pytest"),
)
# Where people write the options, and pytest does not read them.
UNREAD = {
    "pyproject.toml": (
        "pytest",
        "asyncio",
        "pytest-asyncio",
        "tool.pytest-asyncio",
        "tool.asyncio",
    ),
    "setup.cfg": ("pytest", "asyncio", "pytest-asyncio"),
    "tox.ini": ("tool:pytest", "asyncio", "pytest-asyncio"),
    "pytest.ini": ("tool:pytest", "tool.pytest.ini_options", "asyncio"),
}

NO_SECTION = Section("", 1, (0, 0), 0)

Read = Callable[[Path], bytes | None]


@dataclass
class Place:
    """A section of a file that holds, or could hold, the options of pytest."""

    path: Path
    data: bytes
    section: Section

    @cached_property
    def text(self) -> str:
        """The file, without its byte order mark."""
        return self.data.removeprefix(BOM).decode()

    @property
    def is_toml(self) -> bool:
        """Whether values are TOML's."""
        return self.path.suffix == ".toml"

    def edit(self, start: int, end: int, text: str) -> Edit:
        """Return an edit in bytes of one in characters."""
        return Edit(len(self.text[:start].encode()), len(self.text[:end].encode()), text)

    @property
    def newline(self) -> str:
        """Return how the lines of the file end."""
        return "\r\n" if b"\r\n" in self.data else "\n"

    def written(self, value: str) -> str:
        """Return a value as the file writes it."""
        return f'"{value}"' if self.is_toml else value


class Configuration:
    """The options of pytest in a project."""

    def __init__(self, read: Read) -> None:
        self.places: list[Place] = []
        self.unread: list[Place] = []
        self.undecodable: list[Path] = []
        sections: dict[str, tuple[bytes, list[Section]]] = {}
        for name in dict.fromkeys(name for name, _ in PLACES):
            data = read(Path(name))
            if data is not None:
                try:
                    text = data.removeprefix(BOM).decode()
                except UnicodeDecodeError:
                    self.undecodable.append(Path(name))
                    continue
                sections[name] = data, read_sections(text, name.endswith(".toml"))
        for name, wanted in PLACES:
            data, found = sections.get(name, (b"", []))
            for section in found:
                # [tool.pytest] alone is a place; beside ini_options it is only its parent.
                if section.name == wanted and (wanted != "tool.pytest" or section.options):
                    self.places.append(Place(Path(name), data, section))
            there = any(section.name == wanted for section in found)
            # pytest takes this file even without the section.
            if not there and name in sections and name in ("pytest.ini", ".pytest.ini"):
                self.places.append(Place(Path(name), data, NO_SECTION))
        for name, (data, found) in sections.items():
            for section in found:
                if section.name in UNREAD.get(name, ()) and set(OPTIONS) & set(section.options):
                    self.unread.append(Place(Path(name), data, section))
        self.has_pyproject = "pyproject.toml" in sections
        self.files = {name: data for name, (data, _) in sections.items()}

    @property
    def place(self) -> Place | None:
        """Return where pytest reads its options."""
        return self.places[0] if self.places else None

    def option(self, name: str) -> Option | None:
        """Return an option as it is read, or as it was meant."""
        for place in [*self.places[:1], *self.unread]:
            if name in place.section.options:
                return place.section.options[name]
        return None

    def value(self, name: str) -> str:
        """Return the value of an option, empty if it is not set."""
        option = self.option(name)
        return option.plain if option else ""

    @property
    def addopts_mode(self) -> str:
        """Return the mode that `addopts` gives, which wins."""
        option = self.option("addopts")
        found = re.search(r"--asyncio-mode[= ](\w+)", option.text if option else "")
        return found.group(1) if found else ""

    def settings(self) -> Settings:
        """Return what the configuration says today."""
        mode = self.addopts_mode or self.value(MODE)
        place = self.place
        options = place.section.options if place else {}
        return Settings(
            mode="auto" if mode in ("auto", "legacy") else "strict",
            fixture_scope=known(self.value(FIXTURE_SCOPE)),
            test_scope=known(self.value(TEST_SCOPE)),
            others="trio_mode" in options or "anyio_mode" in options,
        )

    @property
    def testpaths(self) -> list[str]:
        """Return where the configuration says that the tests are."""
        option = self.option("testpaths")
        return [item.rstrip("/") for item in option.items] if option else []


def known(scope: str) -> str:
    """Return a loop scope, or nothing if pytest-asyncio knows none of that name."""
    return scope if scope in (*SCOPES, "fixture-scope") else ""


def target_settings(configuration: Configuration, suite: Suite) -> Settings:
    """Return what the configuration should say, of what it says and the tests need."""
    today = configuration.settings()
    mode, scopes = today.mode, []
    for definition in suite.definitions:
        mark = marking_hook(definition)
        if mark is not None:
            scopes.append(marked_scope(mark))
            mode = mode if scopes[-1] else "auto"
        scopes += [value for _, _, value in set_options(definition)]
    for source in suite.sources:
        if source.path.name == "conftest.py":
            for statement in source.tree.body:
                value = pytestmark(statement)
                if value is not None and source.name(value) == "pytest.mark.asyncio":
                    scopes.append(marked_scope(value))
                    mode = "auto"
    if suite.uses_others:
        mode = today.mode
    asked = [scope for scope in scopes if scope in SCOPES]
    overridden = [d.scope for d in suite.overrides if d.scope and not suite.is_local(d)]
    fixture, test = today.fixture_scope, today.test_scope
    if fixture in SCOPES and test in SCOPES:
        asked += overridden
        if asked:
            fixture, test = widest([fixture, *asked]), widest([test, *asked])
        return Settings(mode, fixture, test, today.others)
    # One-sided: the tests ran on loops of the test's scope, so that is widened as far as needed.
    named = [
        scope_of(m, "loop_scope") or "" for d in suite.definitions for m in d.marks_named("asyncio")
    ]
    given = [scope for scope in (test, *named) if scope in SCOPES]
    both = widest([*asked, *given, suite.needed_scope])
    return Settings(mode, both, both, today.others)


def configuration_findings(configuration: Configuration, target: Settings) -> Iterator[Finding]:
    """Give what is wrong in the configuration, with the edits that make it the target."""
    wanted = {MODE: target.mode, FIXTURE_SCOPE: target.fixture_scope, TEST_SCOPE: target.test_scope}
    for path in configuration.undecodable:
        yield Finding(path, 1, "it is not UTF-8, and is left alone", "it in UTF-8")
    if configuration.undecodable:
        return
    for place in configuration.unread:
        yield from _moved(place, configuration)
    for other in configuration.places[1:]:
        if set(OPTIONS) & set(other.section.options):
            first = configuration.places[0].path.as_posix()
            yield Finding(
                other.path,
                other.section.line,
                f"pytest reads {first}, and nothing of this section",
                "all options in one of the two",
            )
    right = configuration.place
    if right is None:
        yield _new_section(configuration, wanted)
        return
    missing = {}
    for name, value in wanted.items():
        option = right.section.options.get(name)
        if option is None:
            if name != MODE or not configuration.addopts_mode:
                missing[name] = value
        elif option.plain != value or (not right.is_toml and option.text.strip()[:1] in "\"'"):
            yield Finding(
                right.path,
                option.line,
                f"{name} is {option.text.strip() or 'empty'}",
                f"{name} = {right.written(value)}",
                (right.edit(*value_span(option), right.written(value)),),
            )
    if missing:
        yield _added(right, missing)
    addopts = right.section.options.get("addopts")
    if addopts and configuration.addopts_mode == "legacy":
        start = addopts.value[0] + addopts.text.index("legacy")
        edit = right.edit(start, start + len("legacy"), target.mode)
        wrong = "the mode legacy is gone"
        yield Finding(right.path, addopts.line, wrong, target.mode, (edit,))


def value_span(option: Option) -> tuple[int, int]:
    """Return the place of a value, without the comment that may follow it in TOML."""
    found = re.match(r"""("[^"]*"|'[^']*'|[^\s#]+)""", option.text)
    start = option.value[0]
    return start, start + (found.end() if found else 0)


def _added(place: Place, missing: dict[str, str]) -> Finding:
    """Return the finding of options that are missing, and are added to the section."""
    near = [option for name, option in place.section.options.items() if name in OPTIONS]
    at = near[-1].lines[1] if near else place.section.end
    line = place.newline
    text = "".join(f"{name} = {place.written(value)}{line}" for name, value in missing.items())
    if not place.section.name:
        text = f"[pytest]{line}{text}"
    if at and place.text[at - 1 : at] not in ("\n", "\r"):
        text = line + text
    return Finding(
        place.path,
        place.section.line,
        f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set",
        ", ".join(f"{name} = {place.written(value)}" for name, value in missing.items()),
        (place.edit(at, at, text),),
    )


def _new_section(configuration: Configuration, wanted: dict[str, str]) -> Finding:
    """Return the finding of a project without options of pytest."""
    name = "pyproject.toml" if configuration.has_pyproject else "pytest.ini"
    place = Place(Path(name), configuration.files.get(name, b""), NO_SECTION)
    line, end = place.newline, len(place.text)
    lines = ["[tool.pytest.ini_options]" if place.is_toml else "[pytest]"]
    lines += [f"{option} = {place.written(value)}" for option, value in wanted.items()]
    ended = not end or place.text.endswith("\n")
    text = ("" if not end else line if ended else line * 2) + line.join([*lines, ""])
    return Finding(
        place.path,
        place.text.count("\n") + 1,
        "pytest-asyncio is not configured",
        ", ".join(lines[1:]),
        (place.edit(end, end, text),),
    )


def _moved(place: Place, configuration: Configuration) -> Iterator[Finding]:
    """Give the finding of options where pytest does not read them: they are taken out there."""
    options = place.section.options
    own = [option for name, option in options.items() if name in OPTIONS]
    if len(own) == len(options):
        spans = [(place.section.header[0], place.section.end)]
    else:
        spans = [option.lines for option in own]
    right = configuration.place
    where = f"[{right.section.name}] of {right.path.name}" if right else "[pytest] of pytest.ini"
    if right is None and configuration.has_pyproject:
        where = "[tool.pytest.ini_options] of pyproject.toml"
    yield Finding(
        place.path,
        place.section.line,
        f"pytest does not read [{place.section.name}] in {place.path.name}",
        f"the options in {where}",
        tuple(place.edit(start, end, "") for start, end in spans),
    )
