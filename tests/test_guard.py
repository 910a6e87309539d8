"""The guard: each defect is red with its message, what is right is green, and it can be left out."""

import os
import re
import shutil
from pathlib import Path

import pytest
from engines import delete_guard, render_with_copier, replace, run, succeed
from traps import (
    CHECKS,
    DOCUMENT,
    MODES,
    SCOPES,
    Projects,
    claims,
    head,
    message,
    place,
    row,
    suits,
    traps,
)

EVERY = [(mode, scope) for mode in MODES for scope in SCOPES]
ALL = bool(os.environ.get("PROVE_ALL"))
# By default two configurations that differ in both, and each defect in one of them, in turn.
TWO = [("auto", "session"), ("strict", "function")]


def defects() -> list[tuple[Path, str, str]]:
    """Return the defects, each with the configurations in which it is tried."""
    tried = []
    for number, path in enumerate(traps("defect")):
        suited = [pair for pair in (EVERY if ALL else TWO) if suits(path, *pair)]
        for mode, scope in suited if ALL else suited[number % len(suited) :][:1]:
            tried.append((path, mode, scope))
    return tried


@pytest.fixture(scope="session")
def lowest(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Projects:
    """Generate the projects again, with the lowest versions that they allow."""
    folder = tmp_path_factory.mktemp("lowest")
    return Projects(template, folder, "--resolution=lowest-direct")


@pytest.fixture
def project(template: Path, tmp_path: Path) -> Path:
    """Render a project of one's own, to be changed."""
    return render_with_copier(template, {}, tmp_path / "project")


def defect(name: str) -> Path:
    """Return a defect by its name."""
    return next(path for path in traps("defect") if path.stem == f"test_{name}")


# ── What is wrong ──


@pytest.mark.parametrize(
    ("path", "mode", "scope"),
    defects(),
    ids=lambda value: value.stem[5:] if isinstance(value, Path) else value,
)
def test_a_defect_is_red_and_named(path: Path, mode: str, scope: str, projects: Projects) -> None:
    exit_code, printed = projects.try_alone(path, mode, scope)
    assert exit_code in (1, 2), printed
    assert re.search(head(path)["says"], printed), printed
    assert "INTERNALERROR" not in printed
    assert row(path, projects.by_default(path), message(printed)) in DOCUMENT.read_text("utf-8")


def test_the_document_has_each_mistake_and_each_claim_once() -> None:
    lines = DOCUMENT.read_text("utf-8").splitlines()
    mistakes = [line for line in lines if "](../tests/traps/" in line]
    assert len(mistakes) == len(traps("defect"))
    assert [line for line in lines if "](../tests/test_claims.py)" in line] == claims()
    assert {path.parent.name for path in traps("defect")} == set(CHECKS)


@pytest.mark.parametrize(
    "name",
    [path.stem[5:] for path in traps("defect")]
    if ALL
    else ["task_leaked", "blocking_call", "waits_for_ever"],
)
def test_a_defect_is_red_with_the_lowest_versions(name: str, lowest: Projects) -> None:
    path = defect(name)
    mode = head(path).get("modes", "auto")
    exit_code, printed = lowest.try_alone(path, mode, "function")
    assert exit_code in (1, 2), printed
    assert re.search(head(path)["says"], printed), printed


# ── What is right ──


def place_what_is_right(folder: Path, mode: str, scope: str, *lacks: str) -> None:
    """Copy the right files that suit a configuration, but for those that need what it lacks."""
    for path in traps("legit"):
        if suits(path, mode, scope) and head(path).get("needs") not in lacks:
            place(path, folder, mode)


@pytest.mark.parametrize(("mode", "scope"), EVERY if ALL else TWO)
@pytest.mark.parametrize(
    "arguments",
    [["--reruns=1"], ["-p", "randomly", "--numprocesses=2"]],
    ids=["in-order", "random"],
)
def test_what_is_right_is_green(
    arguments: list[str], mode: str, scope: str, projects: Projects
) -> None:
    folder = projects.folders[mode, scope] / "tests" / f"legit-{'-'.join(arguments)}"
    lacks = ["its order"] if "randomly" in arguments else []
    place_what_is_right(folder, mode, scope, *lacks)
    exit_code, printed = projects.pytest(projects.folders[mode, scope], folder, *arguments)
    shutil.rmtree(folder)
    assert exit_code == 0, printed[-6000:]
    assert "asyncio guard" not in printed
    assert "rerun" not in printed.splitlines()[-1]


def test_what_is_right_is_green_with_the_lowest_versions(lowest: Projects) -> None:
    project = lowest.folders["auto", "session"]
    place_what_is_right(project / "tests" / "legit", "auto", "session")
    exit_code, printed = lowest.pytest(project, "tests/legit")
    shutil.rmtree(project / "tests" / "legit")
    assert exit_code == 0, printed[-6000:]
    assert "asyncio guard" not in printed


def test_what_is_right_is_green_on_both_loops(
    template: Path, projects: Projects, tmp_path: Path
) -> None:
    answers = {"event_loop": "both", "loop_scope": "session"}
    project = render_with_copier(template, answers, tmp_path / "project")
    place_what_is_right(project / "tests" / "legit", "auto", "session", "one loop")
    exit_code, printed = projects.pytest(project, "-v", "tests/legit")
    assert exit_code == 0, printed[-6000:]
    assert "[uvloop]" in printed
    assert "asyncio guard" not in printed


# ── What a project may do without ──


def test_it_can_be_deleted(project: Path, projects: Projects) -> None:
    delete_guard(project)
    exit_code, printed = projects.pytest(project)
    assert exit_code == 0, printed


@pytest.mark.parametrize("name", ["task_leaked", "blocking_call", "failed_task_kept_in_global"])
def test_a_check_can_be_switched_off(name: str, project: Path, projects: Projects) -> None:
    path = defect(name)
    check = path.parent.name
    place(path, project / "tests", "auto")
    assert projects.pytest(project, f"tests/{path.name}", "-k", "test_a")[0] == 1
    mark = f'pytestmark = pytest.mark.asyncio_guard(off="{check}", reason="a test")'
    test = project / "tests" / path.name
    text = test.read_text("utf-8")
    test.write_text(f"import pytest\n\n{mark}\n{text}", "utf-8")
    exit_code, printed = projects.pytest(project, test, "-k", "test_a")
    assert exit_code == 0, printed
    test.write_text(text, "utf-8")
    replace(
        project / "pyproject.toml", "asyncio_mode", f'asyncio_guard_off = ["{check}"]\nasyncio_mode'
    )
    exit_code, printed = projects.pytest(project, test, "-k", "test_a")
    assert exit_code == 0, printed


def test_the_limit_of_a_blocking_call_is_an_option(project: Path, projects: Projects) -> None:
    replace(
        project / "pyproject.toml", "asyncio_mode", 'asyncio_guard_blocking = "2"\nasyncio_mode'
    )
    place(defect("blocking_call"), project / "tests", "auto")
    exit_code, printed = projects.pytest(project, "tests/test_blocking_call.py")
    assert exit_code == 0, printed


# ── The configuration ──

TEST_SCOPE = 'asyncio_default_test_loop_scope = "function"\n'
FIXTURE_SCOPE = 'asyncio_default_fixture_loop_scope = "function"\n'


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (TEST_SCOPE, "", "asyncio_default_test_loop_scope is not set. Write: both"),
        (FIXTURE_SCOPE, "", "asyncio_default_fixture_loop_scope is not set and"),
        (TEST_SCOPE, TEST_SCOPE.replace("function", "session"), "is 'session'. Write: both"),
        ("[tool.mypy]", "[pytest]\nx = 1\n[tool.mypy]", r"does not read \[pytest\]"),
        ("[tool.mypy]", "[tool.asyncio]\nx = 1\n[tool.mypy]", r"does not read \[tool.asyncio\]"),
        ("[tool.mypy]", "[tool.pytest.ini_options]\nx = 1\n[tool.mypy]", "Cannot use both"),
        (TEST_SCOPE, f'{TEST_SCOPE}asyncio_guard_off = ["nothing"]\n', "there is no check nothing"),
        (TEST_SCOPE, f'{TEST_SCOPE}asyncio_guard_blocking = "fast"\n', "asyncio_guard_blocking"),
        ('addopts = ["-ra"]', 'addopts = ["-ra", "-p", "no:asyncio"]', "pytest-asyncio"),
        ('asyncio_mode = "auto"', 'asyncio_mode = "strict"', "async tests have no mark"),
    ],
)
def test_a_mistake_in_the_configuration_is_said_once(
    old: str, new: str, says: str, project: Path, projects: Projects
) -> None:
    replace(project / "pyproject.toml", old, new)
    exit_code, printed = projects.pytest(project)
    assert exit_code == 4, printed
    assert len(re.findall(says, printed)) == 1, printed
    assert "Traceback" not in printed


def test_a_hidden_configuration_is_found(project: Path, projects: Projects) -> None:
    (project / "pytest.ini").write_text("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    exit_code, printed = projects.pytest(project)
    assert exit_code == 4
    assert "pytest.ini hides [tool.pytest] of pyproject.toml" in printed


# ── Other versions ──


@pytest.mark.parametrize(
    "packages",
    [
        ["pytest==8.4.2", "pytest-asyncio==1.5.0"],
        ["pytest==9.0.3", "pytest-asyncio==1.4.0"],
    ],
    ids=lambda packages: "-".join(packages),
)
def test_a_version_that_it_does_not_know(
    packages: list[str], project: Path, tmp_path: Path
) -> None:
    """The project's own limits are lifted: its configuration stands in a table that both read."""
    text = (project / "pyproject.toml").read_text("utf-8")
    text = re.sub(r"^(minversion|required_plugins|strict) = .*\n", "", text, flags=re.MULTILINE)
    text = re.sub(r'^faulthandler_timeout = "60"', "faulthandler_timeout = 60", text)
    text = text.replace("[tool.pytest]", "[tool.pytest.ini_options]")
    (project / "pyproject.toml").write_text(text, "utf-8")
    python = str(tmp_path / "venv" / "bin" / "python")
    succeed(["uv", "venv", "--quiet", str(tmp_path / "venv")], project)
    install = ["uv", "pip", "install", "--quiet", "--python", python]
    succeed([*install, *packages, "pytest-timeout"], project)
    succeed([*install, "--no-deps", "--editable", "."], project)
    package, _, version = packages[0].partition("==")
    passed = succeed([python, "-m", "pytest"], project)
    assert f"asyncio guard: not tried with {package} {version}" in passed
    for name in ("task_leaked", "fixture_on_another_loop"):
        place(defect(name), project / "tests", "auto")
    done = run([python, "-m", "pytest"], project)
    assert done.returncode == 1
    assert "INTERNALERROR" not in done.stdout
    assert "still runs when the test ends" in done.stdout
    assert "was set up on another event loop" in done.stdout


def test_a_python_without_a_private_name(project: Path, projects: Projects) -> None:
    (project / "tests" / "lacks.py").write_text("import sys\n\ndel sys._current_frames\n")
    conftest = project / "tests" / "conftest.py"
    conftest.write_text("import lacks\n" + conftest.read_text("utf-8"))
    exit_code, printed = projects.pytest(project)
    assert exit_code == 0, printed
    assert "this Python has no _current_frames: the check blocking finds less" in printed
