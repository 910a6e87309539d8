"""The migration: old tests pass on today's pytest-asyncio, right code and wrong use change nothing."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from engines import commit, git, render_with_copier, run, tree
from files import Mistake, write_all
from migrating import (
    CASES,
    case,
    head,
    make_case,
    make_environment,
    make_project,
    migrate,
    pytest_says,
)
from plan import make_plan

OLD_TEST = (
    b"import pytest\n\n\n@pytest.mark.asyncio(scope='module')\nasync def test_a():\n    pass\n"
)


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Make an environment with the newest pytest and pytest-asyncio."""
    return make_environment(tmp_path_factory.mktemp("environment") / ".venv")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Make a project with one old test."""
    return make_project(tmp_path / "project", {"tests/test_a.py": OLD_TEST})


def content(project: Path) -> dict[str, bytes | None]:
    """Return the files of a project, without git's and the compiler's."""
    return {
        name: data
        for name, data in tree(project).items()
        if not name.startswith(".git/") and "__pycache__" not in name
    }


# ── What it does ──


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_old_tests_are_brought_to_today(path: Path, python: str, tmp_path: Path) -> None:
    project = make_case(path, tmp_path / "project")
    plan = make_plan(project)
    assert head(path).get("says", "") in "\n".join(map(str, plan.findings))
    assert len(plan.left) == int(head(path).get("left", "0"))
    write_all(project, plan.contents)
    assert pytest_says(python, project) == head(path)["after"], git(project, "diff")
    again = make_plan(project)
    assert again.contents == {}
    assert again.findings == plan.left


def test_every_byte_that_is_not_edited_stays(tmp_path: Path) -> None:
    text = (
        "\ufeff# é 漢\r\nimport pytest\r\n\r\n\r\nclass TestX:\r\n"
        '\t@pytest.mark.asyncio({})  # é \r\n\tasync def test_a(self{}):\r\n\t\t"""é."""\r\n'
        '{}\t\tassert event_loop, "漢"; x = 1\x0c\r\n'
    )
    project = make_project(
        tmp_path / "project",
        {
            "tests/test_a.py": text.format("scope='class'", ", event_loop", "").encode(),
            "pytest.ini": b"[pytest]\r\n; mode\r\nasyncio_mode = auto\r\n\r\n[other]\r\na = b",
        },
    )
    assert migrate(project, "--apply").returncode == 0
    line = "\t\tevent_loop = asyncio.get_running_loop()\r\n"
    new = text.format("loop_scope='class'", "", line)
    new = new.replace("import pytest", "import asyncio\r\n\r\nimport pytest")
    assert (project / "tests" / "test_a.py").read_bytes() == new.encode()
    assert (project / "pytest.ini").read_bytes() == (
        b"[pytest]\r\n; mode\r\nasyncio_mode = auto\r\n"
        b"asyncio_default_fixture_loop_scope = function\r\n"
        b"asyncio_default_test_loop_scope = function\r\n\r\n[other]\r\na = b"
    )


@pytest.mark.parametrize("kind", ["library", "service", "worker"])
@pytest.mark.parametrize("mode", ["auto", "strict"])
@pytest.mark.parametrize("scope", ["function", "session"])
def test_a_generated_project_is_right(
    kind: str, mode: str, scope: str, template: Path, tmp_path: Path
) -> None:
    answers = {"kind": kind, "asyncio_mode": mode, "loop_scope": scope, "event_loop": "both"}
    project = render_with_copier(template, answers, tmp_path / "project")
    own = run([sys.executable, "-B", "tests/asyncio_check"], project)
    assert (own.returncode, own.stdout, own.stderr) == (0, "", "")
    done = migrate(project, "--check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_check_of_a_generated_project_names_a_mistake(template: Path, tmp_path: Path) -> None:
    project = render_with_copier(template, {}, tmp_path / "project")
    (project / "tests" / "test_old.py").write_bytes(OLD_TEST)
    (project / "tests" / "test_broken.py").write_text("<<<<<<< ours\n")
    done = run([sys.executable, "-B", "tests/asyncio_check"], project)
    assert done.returncode == 1
    assert "tests/test_old.py:4: `scope=` is the old name" in done.stdout
    assert "tests/test_broken.py: not checked: line 1 is not Python" in done.stdout


def test_what_belongs_to_others_is_left_alone(tmp_path: Path) -> None:
    project = make_case(case("anyio"), tmp_path / "project")
    migrate(project, "--apply")
    assert git(project, "diff", "--name-only").split() == ["pytest.ini"]


# ── What it says ──


def test_check_says_where_and_what_to_write(project: Path) -> None:
    before = content(project)
    done = migrate(project)
    assert done.returncode == 1
    assert re.search(r"^tests/test_a.py:4: .+\. Write: loop_scope=$", done.stdout, re.MULTILINE)
    assert content(project) == before


def test_diff_is_what_apply_does(project: Path) -> None:
    patch = migrate(project, "--diff").stdout
    assert not git(project, "status", "--porcelain")
    subprocess.run(["git", "apply"], input=patch, text=True, cwd=project, check=True)
    applied = content(project)
    git(project, "stash", "--include-untracked")
    migrate(project, "--apply")
    assert content(project) == applied


def test_json_holds_the_edits(project: Path) -> None:
    data = json.loads(migrate(project, "--json").stdout)
    (found,) = [f for f in data["findings"] if f["file"] == "tests/test_a.py"]
    (edit,) = found["edits"]
    old = OLD_TEST[: edit["start"]] + edit["text"].encode() + OLD_TEST[edit["end"] :]
    assert old == OLD_TEST.replace(b"scope", b"loop_scope")
    assert data["left"] == []


def test_a_lost_test_is_named(project: Path, python: str) -> None:
    (project / "tests" / "test_b.py").write_text(
        "import sys\n\n\ndef test_b():\n    assert 'loop_scope' not in open('tests/test_a.py').read()\n"
    )
    commit(project)
    done = migrate(project, "--apply", "--before", python, "--after", python)
    assert done.returncode == 1
    assert "before: 2 passed\n" in done.stdout
    assert "after:  1 passed, 1 failed\n" in done.stdout
    assert "lost: tests.test_b::test_b\n1 tests lost that passed before.\n" in done.stdout


# ── What it refuses ──


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<<<<<<< ours\nevent_loop\n", "left alone: line 1 is not Python"),
        (b"# event_loop \xff\n", "left alone: it is not UTF-8"),
        (b"# coding: latin-1\n# event_loop \xe9\n", "left alone: it is not UTF-8"),
        (b"# coding: latin-1\nevent_loop = 1\n", "left alone: its encoding is iso-8859-1"),
    ],
)
def test_a_file_that_cannot_be_read_is_left_alone(content: bytes, says: str, project: Path) -> None:
    (project / "tests" / "test_b.py").write_bytes(content)
    commit(project)
    done = migrate(project, "--apply")
    assert re.search(rf"^tests/test_b.py:\d+: {says}", done.stdout, re.MULTILINE)
    assert (project / "tests" / "test_b.py").read_bytes() == content
    assert b"loop_scope" in (project / "tests" / "test_a.py").read_bytes()


def refused(project: Path, *arguments: str) -> str:
    """Return the sentence of a run that must be refused, and change nothing."""
    before = content(project)
    done = migrate(project, "--apply", *arguments)
    assert done.returncode == 2
    assert content(project) == before
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    return line


def test_a_dirty_tree_is_refused(project: Path) -> None:
    (project / "tests" / "test_a.py").write_bytes(OLD_TEST + b"# mine\n")
    assert "has changes, in tests/test_a.py for one: commit or stash" in refused(project)


def test_a_file_that_git_does_not_know_is_refused(project: Path) -> None:
    (project / "tests" / "test_b.py").write_bytes(OLD_TEST)
    assert "git does not know tests/test_b.py: add and commit it first" in refused(project)


def test_a_folder_without_git_is_refused(project: Path) -> None:
    shutil.rmtree(project / ".git")
    assert "not a git repository" in refused(project)


def test_a_path_that_is_no_folder_is_refused(project: Path) -> None:
    assert "nothing is not a folder: name a project's folder" in refused(project, "nothing")


def test_a_file_that_cannot_be_written_changes_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Path] = []

    def write(path: Path, data: bytes) -> int:
        if written and path != written[0]:
            raise OSError(28, "No space left on device", str(path))
        written.append(path)
        with path.open("wb") as file:
            return file.write(data)

    monkeypatch.setattr(Path, "write_bytes", write)
    with pytest.raises(Mistake, match=r"No space left on device; nothing was changed"):
        write_all(project, {Path("tests/test_a.py"): b"new\n", Path("tests/test_b.py"): b"new\n"})
    assert (project / "tests" / "test_a.py").read_bytes() == OLD_TEST
    assert not (project / "tests" / "test_b.py").exists()


def test_a_project_without_pytest_asyncio_is_left_alone(tmp_path: Path) -> None:
    files = {"tests/test_a.py": b"def test_a(event_loop):\n    event_loop.close()\n"}
    project = make_project(tmp_path / "project", files)
    done = migrate(project, "--apply")
    assert (done.returncode, git(project, "status", "--porcelain")) == (0, "")


@pytest.mark.parametrize("package", [False, True])
def test_the_guard_is_brought_if_it_is_wanted(package: bool, python: str, tmp_path: Path) -> None:
    project = make_case(case("session_override"), tmp_path / "project")
    if package:
        (project / "tests" / "__init__.py").touch()
        commit(project)
    assert migrate(project, "--apply", "--guard").returncode == 0
    commit(project)
    assert pytest_says(python, project) == "1 passed"
    assert "0 files written, 0 places left" in migrate(project, "--apply", "--guard").stdout
    block = "import time\n\n\nasync def test_b():\n    time.sleep(0.5)\n"
    (project / "tests" / "test_b.py").write_text(block)
    assert pytest_says(python, project) == "1 failed, 1 passed"


def test_the_guard_leaves_the_plugins_of_others(project: Path) -> None:
    (project / "tests" / "conftest.py").write_text("import os\n\npytest_plugins = []\n")
    commit(project)
    done = migrate(project, "--apply", "--guard")
    assert "tests/conftest.py:3: pytest_plugins does not name the guard" in done.stdout
    assert done.returncode == 1
