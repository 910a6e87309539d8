"""`copier update` merges, then proves once; projects of both tools can be updated."""

import shutil
from pathlib import Path

import pytest
from engines import (
    answers_file,
    cookiecutter_command,
    copier_command,
    git,
    run,
    succeed,
)


@pytest.fixture
def newer(repository: Path, tmp_path: Path) -> Path:
    """Clone the template, and release a version that changes a test and the .gitignore."""
    folder = Path(shutil.copytree(repository, tmp_path / "asyncio-template"))
    (path,) = folder.glob("template/tests/*test_retry.py*")
    path.write_text(
        path.read_text()
        .replace("pause=0.5", "pause=1.5")
        .replace("call(0.5), call(1.0)", "call(1.5), call(3.0)")
    )
    (folder / "template" / ".gitignore").write_text("# new\n")
    return folder


@pytest.fixture(params=["copier", "cookiecutter"])
def project(request: pytest.FixtureRequest, newer: Path, tmp_path: Path) -> Path:
    """Make a project with v1.0.0, as a git repository, then release v1.1.0 of the template."""
    git(newer, "stash")
    folder = tmp_path / "my-project"
    if request.param == "copier":
        succeed(copier_command("copy", "--defaults", "--skip-tasks", newer, folder), tmp_path)
    else:
        succeed(cookiecutter_command("--no-input", newer, "prove=false"), tmp_path)
        path = folder / ".copier-answers.yml"
        path.write_text(path.read_text().replace("prove: false", "prove: true"))
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=begin")
    git(newer, "stash", "pop")
    git(newer, "commit", "--quiet", "--all", "--message=release")
    git(newer, "tag", "v1.1.0")
    return folder


def commit(project: Path) -> None:
    git(project, "commit", "--quiet", "--all", "--message=mine")


UPDATE = copier_command("update", "--trust", "--defaults")


def test_an_update_keeps_what_the_owner_wrote_and_is_proven_once(project: Path) -> None:
    path = project / "README.md"
    path.write_text(path.read_text() + "\nMine.\n")
    commit(project)
    printed = succeed(UPDATE, project)
    assert printed.count("Proven in") == 1
    assert path.read_text().endswith("\nMine.\n")
    assert "pause=1.5" in (project / "tests" / "test_retry.py").read_text()
    assert answers_file(project)["_commit"] == "v1.1.0"
    assert not (project / ".venv").exists()


def test_conflicts_are_named_with_what_to_do(project: Path) -> None:
    path = project / "tests" / "test_retry.py"
    path.write_text(path.read_text().replace("pause=0.5", "pause=2.5"))
    commit(project)
    done = run(UPDATE, project)
    assert done.returncode != 0
    assert "Not proven: resolve tests/test_retry.py; then run: uv run pytest\n" in done.stderr
    assert "pause=2.5" in path.read_text()
    assert "pause=1.5" in path.read_text()


def test_a_failed_proof_keeps_the_project(project: Path) -> None:
    (project / "tests" / "test_mine.py").write_text("def test_mine():\n    assert False\n")
    git(project, "add", "--all")
    commit(project)
    done = run(UPDATE, project)
    assert done.returncode != 0
    assert "Not proven: suite: not passed: tests/test_mine.py::test_mine (failed).\n" in done.stderr
    assert (project / "tests" / "test_mine.py").exists()
    assert "pause=1.5" in (project / "tests" / "test_retry.py").read_text()
