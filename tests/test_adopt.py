"""Copier adopts a repository that it did not make, and migrates what a project's owner wrote."""

import shutil
from pathlib import Path

import pytest
from engines import answers_file, commit, copier_command, git, run, succeed
from migrating import case, make_case

ADOPT = ["copy", "--trust", "--defaults", "--overwrite", "--data=adopt=true"]
UPDATE = copier_command("update", "--trust", "--defaults")


@pytest.fixture
def template_repository(repository: Path, tmp_path: Path) -> Path:
    """Clone the template, to release another version of it."""
    return Path(shutil.copytree(repository, tmp_path / "asyncio-template"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Make a repository that no template made."""
    return make_case(case("session_override"), tmp_path / "project")


def release(template_repository: Path) -> None:
    """Release a version that changes nothing that a project holds."""
    (template_repository / "hooks" / "new.txt").touch()
    commit(template_repository)
    git(template_repository, "tag", "v1.1.0")


def test_a_repository_is_adopted_and_can_be_updated(
    template_repository: Path, project: Path
) -> None:
    printed = succeed(copier_command(*ADOPT, template_repository, project), project.parent)
    assert "2 files written, 0 places left for you." in printed
    changed = git(project, "status", "--porcelain").splitlines()
    assert changed == [" M pytest.ini", " M tests/conftest.py", "?? .copier-answers.yml"]
    assert answers_file(project)["adopt"] is True
    commit(project)
    release(template_repository)
    succeed(UPDATE, project)
    assert answers_file(project)["_commit"] == "v1.1.0"
    assert git(project, "status", "--porcelain").splitlines() == [" M .copier-answers.yml"]


def test_the_guard_is_brought_if_it_is_wanted_and_then_updated(
    template_repository: Path, project: Path
) -> None:
    succeed(copier_command(*ADOPT, "--data=guard=true", template_repository, project), project)
    commit(project)
    guard = Path("tests", "asyncio_guard", "words.py")
    assert (project / guard).exists()
    changed = template_repository / "template" / guard
    changed.write_text(changed.read_text() + "# new\n")
    release(template_repository)
    succeed(UPDATE, project)
    assert (project / guard).read_text().endswith("# new\n")


def test_a_dirty_repository_is_not_adopted(template_repository: Path, project: Path) -> None:
    (project / "pytest.ini").write_text("[pytest]\nasyncio_mode = auto\n# mine\n")
    done = run(copier_command(*ADOPT, template_repository, project), project.parent)
    assert done.returncode != 0
    assert "Not migrated: the working tree has changes, in pytest.ini for one" in done.stderr
    assert git(project, "status", "--porcelain").splitlines() == [" M pytest.ini"]


def test_an_update_migrates_what_the_owner_wrote(template_repository: Path, tmp_path: Path) -> None:
    project = tmp_path / "my-project"
    copy = copier_command("copy", "--trust", "--defaults", "--data=prove=false")
    succeed([*copy, str(template_repository), str(project)], tmp_path)
    mine = project / "tests" / "test_mine.py"
    mine.write_text("async def test_mine(event_loop):\n    event_loop.stop\n")
    broken = project / "tests" / "test_broken.py"
    broken.write_text("async def test_broken(event_loop)\n")
    commit(project)
    release(template_repository)
    done = run(UPDATE, project)
    assert done.returncode == 0, done.stderr
    assert "tests/test_broken.py:1: left alone: line 1 is not Python" in done.stdout
    assert "1 files written, 1 places left for you." in done.stdout
    assert "event_loop = asyncio.get_running_loop()" in mine.read_text()
    changed = git(project, "status", "--porcelain").splitlines()
    assert changed == [" M .copier-answers.yml", " M tests/test_mine.py"]
