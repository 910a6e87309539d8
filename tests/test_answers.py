"""Answers: each is carried faithfully into every file that shows it, or refused with a sentence."""

import sys
import tomllib
from collections.abc import Callable
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from cookiecutter.exceptions import FailedHookException
from engines import (
    CONFIG,
    TEXTS,
    cookiecutter_command,
    copier_command,
    render_with_cookiecutter,
    render_with_copier,
    run,
    succeed,
    tree,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from questions import environment, refusals

HOSTILE = {
    "empty": "",
    "spaces": "   ",
    "space-at-end": "demo ",
    "digit": "1demo",
    "keyword": "class",
    "standard-library": "json",
    "asyncio": "asyncio",
    "dependency": "pytest",
    "tests": "tests",
    "test-file": "test_client",
    "parent": "../evil",
    "absolute": "/tmp/evil",
    "windows-path": "C:\\evil",
    "letters": "größe",
    "cyrillic": "\u0440\u0430yload",
    "emoji": "demo 🚀 👩‍💻",
    "double-quote": 'a "quoted" word',
    "single-quote": "it's 'quoted'",
    "triple-quote": '"""',
    "triple-single": "'''",
    "backslash": "a\\b\\n\\u0041\\",
    "braces": "{a} {} }{",
    "percent": "%s %(a)s %%",
    "dollar": "$(id) `id` ${HOME}",
    "newline": "one\ntwo",
    "carriage-return": "one\rtwo",
    "separator": "one\u2028two",
    "null": "one\x00two",
    "escape": "\x1b[31mred",
    "surrogate": "one\udc80two",
    "cdata": "a]]>b<!--c-->",
    "html": "<script>alert(1)</script> & &amp;",
    "markdown": "# a *b* _c_ [d](e) ![f](g) | h ~~i~~",
    "list": "1. one",
    "dash": "- one",
    "long": "x" * 10_000,
    "device": "con",
    "device-with-number": "LPT1",
    "option": "--vcs-ref=evil",
    "yaml": "yes: [a, {b: c}] # d",
}
JINJA = {
    "jinja": "{{ 7*7 }}",
    "jinja-tag": "{% raw %}",
    "jinja-comment": "{# a #}",
    "jinja-call": "{{ cycler.__init__.__globals__.os.getcwd() }}",
}
REFUSED = {
    "project_name": set(HOSTILE)
    - {"keyword", "standard-library", "asyncio", "tests"}
    - {"test-file"},
    "package_name": set(HOSTILE),
    "description": {
        *("empty", "spaces", "space-at-end", "newline", "carriage-return", "separator"),
        *("null", "escape", "surrogate", "long"),
    },
    "author_email": set(HOSTILE) - {"empty"},
    "portal_owner": set(HOSTILE)
    - {"digit", "keyword", "standard-library", "asyncio", "dependency", "tests", "test-file"}
    - {"device", "device-with-number"},
}
REFUSED["author_name"] = REFUSED["description"]


def in_readme(text: str) -> list[str]:
    """Return the texts of README's first two blocks, as a person reads them."""
    blocks = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    inline = [token.children or [] for token in blocks if token.type == "inline"]
    assert [token.type for token in blocks][:6] == [
        *("heading_open", "inline", "heading_close"),
        *("paragraph_open", "inline", "paragraph_close"),
    ]
    assert {child.type for children in inline[:2] for child in children} <= {"text", "text_special"}
    return ["".join(child.content for child in children) for children in inline[:2]]


def check_carried(project: Path, answers: dict[str, str]) -> None:
    """Read each file that shows an answer, and find the answer there."""
    data = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))["project"]
    title, description = in_readme((project / "README.md").read_text("utf-8"))
    assert title == answers.get("project_name", "my-project")
    if "description" in answers:
        assert data["description"] == description == answers["description"]
    if "author_name" in answers:
        assert data["authors"][0]["name"] == answers["author_name"]
        assert f"(c) {answers['author_name']}\n" in (project / "LICENSE").read_text("utf-8")
    if answers.get("author_email"):
        assert data["authors"][0]["email"] == answers["author_email"]
    if answers.get("portal") == "backstage":
        component = yaml.safe_load((project / "catalog-info.yaml").read_text("utf-8"))
        shown = component["metadata"] | component["spec"]
        assert (shown["title"], shown["description"]) == (title, description)
        assert shown["owner"] == answers.get("portal_owner", "unknown")
    found = yaml.safe_load((project / ".copier-answers.yml").read_text("utf-8"))
    assert {name: found[name] for name in answers} == answers


@pytest.mark.parametrize("case", HOSTILE)
@pytest.mark.parametrize("question", TEXTS)
def test_copier(question: str, case: str, template: Path, tmp_path: Path) -> None:
    answers = {"portal": "backstage", question: HOSTILE[case]}
    if question == "project_name":
        answers["package_name"] = "demo"
    project = tmp_path / "project"
    if case not in REFUSED[question]:
        check_carried(render_with_copier(template, answers, project), answers)
        return
    with pytest.raises(ValueError, match=f"Validation error for question '{question}': ") as error:
        render_with_copier(template, answers, project)
    assert len(str(error.value).splitlines()) == 1
    assert len(str(error.value)) < 160
    assert tree(tmp_path) == {}


# Cookiecutter cannot write a surrogate to its replay file, and ends there.
@pytest.mark.parametrize("case", [case for case in HOSTILE if case != "surrogate"])
def test_cookiecutter_refuses_the_same_with_the_same_words(
    case: str, template: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """All questions at once: the hook names each of them."""
    value = HOSTILE[case]
    wrong = {question: value for question in TEXTS if case in REFUSED[question]}
    right = {question: value for question in TEXTS if case not in REFUSED[question]}
    if wrong:
        with pytest.raises(FailedHookException):
            render_with_cookiecutter(template, wrong, tmp_path)
        printed = capfd.readouterr().err
        for question in wrong:
            assert f"{question}: " in printed
        assert tree(tmp_path) == {}
    if right:
        if "project_name" in right:
            right["package_name"] = "demo"
        right["portal"] = "backstage"
        check_carried(render_with_cookiecutter(template, right, tmp_path), right)


@pytest.mark.parametrize("case", JINJA)
@pytest.mark.parametrize("question", TEXTS)
def test_jinja_is_refused(question: str, case: str, template: Path, tmp_path: Path) -> None:
    """Cookiecutter renders what --no-input gives it; what a person types reaches the hook as text."""
    answers = {"package_name": "demo", "portal": "backstage", question: JINJA[case]}
    with pytest.raises(ValueError, match=f"'{question}'"):
        render_with_copier(template, answers, tmp_path / "project")
    assert tree(tmp_path) == {}
    context = {
        name: next(iter(q["choices"].values())) if "choices" in q else q.get("default")
        for name, q in CONFIG.items()
        if not name.startswith("_")
    }
    context |= dict.fromkeys(TEXTS, "demo") | {"__project_slug": "demo", question: JINJA[case]}
    assert question in [sentence.partition(":")[0] for sentence in refusals(context)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("project_slug", "../evil"),
        ("cookiecutter", "{}"),
        ("kind", "spaceship"),
        ("python_min", "2.7"),
    ],
)
def test_what_is_not_asked_or_not_offered_is_refused(
    name: str, value: str, repository: Path, tmp_path: Path
) -> None:
    command = copier_command(
        *("copy", "--quiet", "--defaults", "--skip-tasks", f"--data={name}={value}"),
        *(repository, tmp_path / "project"),
    )
    done = run(command, tmp_path)
    assert done.returncode != 0
    assert name in done.stderr.splitlines()[-1] or value in done.stderr.splitlines()[-1]
    assert tree(tmp_path) == {}
    theirs = "__project_slug" if name == "project_slug" else name
    if name == "cookiecutter":
        return
    command = cookiecutter_command("--no-input", repository, f"{theirs}={value}", "-o", tmp_path)
    done = run(command, tmp_path)
    assert done.returncode != 0
    assert tree(tmp_path) == {}


@pytest.mark.parametrize("tool", [copier_command, cookiecutter_command])
def test_as_a_command_the_sentence_is_where_a_person_looks(
    tool: Callable[..., list[str]], repository: Path, tmp_path: Path
) -> None:
    if tool is copier_command:
        command = tool("copy", "--trust", "--defaults", "-dpackage_name=json", repository, "demo")
    else:
        command = tool("--no-input", repository, "package_name=json")
    done = run(command, tmp_path)
    assert done.returncode != 0
    lines = done.stderr.splitlines()
    line = lines[-1] if tool is copier_command else lines[0]
    assert '"json" is a module of the standard library: choose another name.' in line
    assert tree(tmp_path) == {}


TEXT = st.text(
    st.characters(blacklist_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=60
).filter(lambda text: text == text.strip() and not any(b in text for b in ("{{", "{%", "{#")))


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(description=TEXT, author_name=TEXT)
def test_any_line_of_text_is_carried(
    description: str, author_name: str, template: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    answers = {"description": description, "author_name": author_name, "portal": "backstage"}
    project = tmp_path_factory.mktemp("any") / "project"
    check_carried(render_with_copier(template, answers, project), answers)


def test_hostile_text_builds(template: Path, tmp_path: Path) -> None:
    """The strangest text that is allowed reaches the metadata of the wheel."""
    text = "\"'\\ 🚀 ''' <b> & {x} %s $(id) größe"
    answers = {"description": text, "author_name": text, "author_email": "o'a+b@example.com"}
    project = render_with_copier(template, answers, tmp_path / "project")
    succeed(["uv", "build", "--quiet", "--wheel"], project)
    (wheel,) = (project / "dist").glob("*.whl")
    metadata = succeed(["unzip", "-p", str(wheel), "*/METADATA"], project)
    assert f"Summary: {text}\n" in metadata
    assert "o'a+b@example.com" in metadata


# ── The names that nobody may take ───────────────────────────────────────────


def reserved(package_name: str) -> bool:
    validator = environment(CONFIG).from_string(CONFIG["package_name"]["validator"])
    return bool(validator.render(package_name=package_name).strip())


def test_the_standard_library_is_reserved() -> None:
    names = [name for name in sys.stdlib_module_names if name[0].isalpha() and name.islower()]
    assert [name for name in names if not reserved(name)] == []
    assert not reserved("demo")


def test_what_a_project_installs_is_reserved(template: Path, tmp_path: Path) -> None:
    project = render_with_copier(template, {"event_loop": "both"}, tmp_path / "project")
    succeed(["uv", "sync", "--quiet"], project)
    code = f"from importlib.metadata import {packages_distributions.__name__} as p; print(*p())"
    names = succeed([str(project / ".venv" / "bin" / "python"), "-c", code], project).split()
    importable = [name for name in names if name.isidentifier() and name[0] != "_"]
    assert "pytest" in importable
    assert [name for name in importable if not reserved(name)] == []
