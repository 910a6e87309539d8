"""`copier update`, from each release, of projects of both tools: it merges, keeps what the owner wrote, proves once."""

import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from engines import (
    CHOICES,
    answers_file,
    commit,
    cookiecutter_command,
    copier_command,
    git,
    replace,
    run,
    succeed,
    tree,
)
from releases import kinds, rebuild, releases

CASES = [(version, kind) for version in releases() for kind in kinds(version)]
UPDATE = copier_command("update", "--trust", "--defaults")
QUIETLY = ("--quiet", "--defaults", "--skip-tasks")


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Rebuild the releases; return the template's repository and the tag of what is to be released."""
    return rebuild(tmp_path_factory.mktemp("history"))


def generate(
    history: tuple[Path, str], folder: Path, tag: str, kind: str, tool: str = "copier"
) -> Path:
    """Generate a project with a release, unproven."""
    folder.mkdir(exist_ok=True)
    data, source = f"kind={kind}", str(history[0])
    if tool == "copier":
        words = [*QUIETLY, "--data", data, "--data=prove=false", "--vcs-ref", tag, source]
        succeed(copier_command("copy", *words, folder / "my-project"), folder)
    else:
        words = [
            "--no-input",
            f"git+{history[0].as_uri()}",
            "--checkout",
            tag,
            "-o",
            str(folder),
            data,
            "prove=false",
        ]
        succeed(cookiecutter_command(*words), folder)
    return folder / "my-project"


@pytest.fixture(scope="session")
def today(history: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Generate a project of each kind with what is to be released."""
    return {
        kind: generate(history, tmp_path_factory.mktemp(kind), history[1], kind)
        for kind in CHOICES["kind"]
    }


def files(project: Path) -> dict[str, bytes | None]:
    """Return what a project holds, without git's own and the answers file."""
    return {
        name: content
        for name, content in tree(project).items()
        if not name.startswith((".git/", ".copier-answers.yml")) and name != ".git"
    }


# ── What an owner does to a project ──────────────────────────────────────────


def do_nothing(project: Path) -> None:
    """Leave it as it was generated."""


def edit(project: Path) -> None:
    """Do what owners do: write code, change and delete what was generated, add, tighten."""
    (package,) = (project / "src").iterdir()
    (package / "mine.py").write_text("MINE = 1\n")
    test = "def test_mine() -> None:\n    assert MINE\n"
    (project / "tests" / "test_mine.py").write_text(f"from my_project.mine import MINE\n\n\n{test}")
    work = "\n## Work on it\n"
    replace(project / "README.md", work, f"\n## Mine\n\nMine.\n{work}")
    (project / "tests" / "test_loop_scopes.py").unlink()
    (project / "renovate.json").unlink()
    configuration = project / "pyproject.toml"
    replace(configuration, 'version = "0.1.0"', 'version = "0.2.0"')
    replace(configuration, "\ndependencies = [", '\ndependencies = [\n    "idna>=3",')
    replace(configuration, "test = [\n", 'test = [\n    "hypothesis>=6",\n')
    replace(configuration, "strict = true\nfiles", "strict = true\nwarn_unreachable = true\nfiles")
    replace(configuration, '"ASYNC", ', '"ASYNC", "PERF", ')


# ── What an update does ──────────────────────────────────────────────────────


@pytest.mark.parametrize("tool", ["copier", "cookiecutter"])
@pytest.mark.parametrize(
    ("version", "kind", "owner"),
    [
        *((*case, edit) for case in CASES),
        *((*case, do_nothing) for case in CASES if case[0] == CASES[-1][0]),
    ],
)
def test_a_project_is_updated_to_what_is_generated_today(
    version: str,
    kind: str,
    tool: str,
    owner: Callable[[Path], None],
    history: tuple[Path, str],
    today: dict[str, Path],
    tmp_path: Path,
) -> None:
    project = generate(history, tmp_path, f"v{version}", kind, tool)
    owner(project)
    succeed(UPDATE, commit(project))
    fresh = Path(shutil.copytree(today[kind], tmp_path / "fresh"))
    owner(fresh)
    assert files(project) == files(fresh)
    assert answers_file(project) == {
        **answers_file(fresh),
        "_src_path": answers_file(project)["_src_path"],
    }


@pytest.fixture(scope="session")
def next_release(history: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clone the template, and release a version that changes a heading of the README."""
    clone = tmp_path_factory.mktemp("next") / "asyncio-template"
    git(history[0], "clone", "--quiet", str(history[0]), str(clone))
    replace(clone / "template" / "README.md", "\n## Work on it\n", "\n## Work with it\n")
    git(commit(clone), "tag", "v1000")
    return clone


@pytest.mark.parametrize(
    ("version", "kind", "tool"),
    [(*case, ("copier", "cookiecutter")[number % 2]) for number, case in enumerate(CASES)],
)
def test_a_line_that_both_changed_is_a_conflict_that_shows_both(
    version: str, kind: str, tool: str, next_release: Path, tmp_path: Path
) -> None:
    project = generate((next_release, ""), tmp_path, f"v{version}", kind, tool)
    replace(project / "README.md", "\n## Work on it\n", "\n## Mine\n")
    done = run(UPDATE, commit(project))
    assert done.returncode != 0
    assert "Not proven: resolve README.md; then run: uv run pytest\n" in done.stderr
    ours, theirs = re.findall(
        r"<<<<<<< .+?\n(.+?)=======\n(.+?)>>>>>>> ", (project / "README.md").read_text(), re.DOTALL
    )[0]
    assert (ours, theirs) == ("## Mine\n", "## Work with it\n")
    assert git(project, "diff", "--name-only", "--diff-filter=U") == "README.md\n"


@pytest.mark.parametrize(
    ("kind", "answers"),
    [
        ("library", {"asyncio_mode": "strict", "loop_scope": "session", "python_min": "3.12"}),
        ("service", {"asyncio_mode": "strict", "loop_scope": "function"}),
        ("worker", {"loop_scope": "function", "event_loop": "uvloop"}),
    ],
)
def test_other_answers_are_taken_and_the_result_is_proven_once(
    kind: str, answers: dict[str, str], history: tuple[Path, str], tmp_path: Path
) -> None:
    version = next(version for version, offered in CASES if offered == kind)
    project = generate(history, tmp_path, f"v{version}", kind)
    edit(project)
    data = [f"--data={name}={answer}" for name, answer in {**answers, "prove": True}.items()]
    printed = succeed([*UPDATE, *data], commit(project))
    assert printed.count("Proven in") == 1
    assert (project / "tests" / "test_mine.py").exists()
    assert answers_file(project) | answers == answers_file(project)
    assert not (project / ".venv").exists()


def test_another_kind_is_refused_and_nothing_changes(
    history: tuple[Path, str], tmp_path: Path
) -> None:
    version, kind = CASES[-1]
    project = commit(generate(history, tmp_path, f"v{version}", kind))
    done = run([*UPDATE, "--data=kind=library"], project)
    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    assert last.endswith(
        f"This project is a {kind} and stays one: generate a new library beside it."
    )
    assert git(project, "status", "--porcelain") == ""


def test_check_update_and_recopy_work(history: tuple[Path, str], tmp_path: Path) -> None:
    version, kind = CASES[0]
    project = commit(generate(history, tmp_path, f"v{version}", kind))
    check = copier_command("check-update", "--output-format=json")
    assert json.loads(run(check, project).stdout)["update_available"] is True
    succeed(UPDATE, project)
    assert json.loads(run(check, project).stdout)["update_available"] is False
    untouched = files(project)
    edit(project)
    succeed(copier_command("recopy", "--trust", "--defaults", "--overwrite"), commit(project))
    assert untouched.items() <= files(project).items()
    assert (project / "tests" / "test_mine.py").exists()


# ── When it fails ────────────────────────────────────────────────────────────


def test_a_failed_proof_keeps_the_project(history: tuple[Path, str], tmp_path: Path) -> None:
    version, kind = CASES[0]
    project = generate(history, tmp_path, f"v{version}", kind)
    (project / "tests" / "test_mine.py").write_text("def test_mine() -> None:\n    assert False\n")
    done = run([*UPDATE, "--data=prove=true"], commit(project))
    assert done.returncode != 0
    assert "Not proven: suite: not passed: tests/test_mine.py::test_mine (failed).\n" in done.stderr
    assert (project / "tests" / "test_mine.py").exists()
    assert answers_file(project)["_commit"] == history[1]


def test_an_interrupted_update_says_how_to_go_back(
    history: tuple[Path, str], tmp_path: Path
) -> None:
    version, kind = CASES[0]
    project = commit(generate(history, tmp_path, f"v{version}", kind))
    before = files(project)
    with subprocess.Popen(
        [*UPDATE, "--data=prove=true"],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        while "Proving" not in process.stdout.readline():
            assert process.poll() is None
        time.sleep(0.5)
        os.killpg(process.pid, signal.SIGINT)  # As a terminal does.
        printed = process.stderr.read()
    assert process.returncode != 0
    assert "git reset --hard && git clean -fd" in printed
    git(project, "reset", "--hard", "--quiet")
    git(project, "clean", "--force", "-d", "--quiet")
    assert files(project) == before


def without_git(project: Path) -> None:
    shutil.rmtree(project / ".git")


def with_changes(project: Path) -> None:
    (project / "README.md").write_text("mine\n")


def without_answers(project: Path) -> None:
    (project / ".copier-answers.yml").unlink()
    commit(project)


def with_a_release_that_never_was(project: Path) -> None:
    answers = project / ".copier-answers.yml"
    answers.write_text(re.sub("_commit: .+", "_commit: v9.9.9", answers.read_text()))
    commit(project)


def with_an_answer_that_is_none(project: Path) -> None:
    replace(project / ".copier-answers.yml", "asyncio_mode: auto", "asyncio_mode: sometimes")
    commit(project)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (without_git, "Updating is only supported in git-tracked subprojects."),
        (with_changes, "Destination repository is dirty; cannot continue."),
        (without_answers, "Cannot update because cannot obtain old template references"),
        (with_a_release_that_never_was, "Unknown revision: 'v9.9.9'"),
        (with_an_answer_that_is_none, "Invalid choice for 'asyncio_mode': 'sometimes'"),
    ],
)
def test_what_cannot_be_updated_is_left_as_it_was(
    spoil: Callable[[Path], None], says: str, history: tuple[Path, str], tmp_path: Path
) -> None:
    version, kind = CASES[0]
    project = commit(generate(history, tmp_path, f"v{version}", kind))
    spoil(project)
    before = files(project)
    done = run(UPDATE, project)
    assert done.returncode != 0
    assert says in done.stderr.strip().splitlines()[-1]
    assert files(project) == before
