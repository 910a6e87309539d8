"""Both tools, as the tests use them: in process where many renderings are made, else as commands."""

import itertools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import copier
import yaml
from cookiecutter.main import cookiecutter

REPOSITORY = Path(__file__).resolve().parent.parent
CONFIG: dict[str, Any] = yaml.safe_load((REPOSITORY / "copier.yml").read_text("utf-8"))
CHOICES = {
    name: list(question["choices"].values())
    for name, question in CONFIG.items()
    if "choices" in question and not name.startswith("_")
}
TEXTS = (
    "project_name",
    "package_name",
    "description",
    "author_name",
    "author_email",
    "portal_owner",
)

FOLDERS = ("template", "hooks", "migrations", "adopt")

Answers = Mapping[str, str]


def combinations() -> Iterator[dict[str, str]]:
    """Give every combination of the answers that are chosen from a list."""
    for values in itertools.product(*CHOICES.values()):
        yield dict(zip(CHOICES, values, strict=True))


def export_template(folder: Path) -> Path:
    """Copy the template, as it stands in the working tree, to a folder without git."""
    for name in ("copier.yml", "cookiecutter.json"):
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / name, folder)
    for name in FOLDERS:
        ignore = shutil.ignore_patterns("__pycache__", ".*_cache")
        shutil.copytree(REPOSITORY / name, folder / name, ignore=ignore)
    return folder


def commit_template(folder: Path, tag: str = "") -> Path:
    """Copy the template to a git repository of its own, as users fetch it."""
    commit(export_template(folder))
    if tag:
        git(folder, "tag", tag)
    return folder


def commit(folder: Path) -> Path:
    """Commit a folder as it stands, to a git repository that is made if need be."""
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message=as it stands")
    return folder


def git(folder: Path, *arguments: str) -> str:
    """Run git with an author of its own; return what it printed."""
    author = ["-c", "user.name=test", "-c", "user.email=test@example.com"]
    command = ["git", *author, "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def render_with_copier(template: Path, answers: Answers, destination: Path) -> Path:
    """Render in process, without the proof; return the project's folder."""
    copier.run_copy(
        str(template),
        destination,
        data=dict(answers),
        defaults=True,
        quiet=True,
        skip_tasks=True,
    )
    return destination


def render_with_cookiecutter(template: Path, answers: Answers, destination: Path) -> Path:
    """Render in process, hooks included but for the proof; return the project's folder."""
    return Path(
        cookiecutter(
            str(template),
            no_input=True,
            extra_context={**answers, "prove": "false"},
            output_dir=str(destination),
            default_config=True,
        )
    )


def copier_command(*arguments: str | Path) -> list[str]:
    """Return the command line of `copier`."""
    return [sys.executable, "-m", "copier", *map(str, arguments)]


def cookiecutter_command(*arguments: str | Path) -> list[str]:
    """Return the command line of `cookiecutter`."""
    return [sys.executable, "-m", "cookiecutter", *map(str, arguments)]


def run(
    command: list[str], cwd: Path, env: Mapping[str, str] | None = None, limit: float = 600
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, with a time limit, usually far away; keep what it prints."""
    return subprocess.run(
        command,
        cwd=cwd,
        env=dict(env or os.environ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=limit,
        check=False,
    )


def succeed(command: list[str], cwd: Path, env: Mapping[str, str] | None = None) -> str:
    """Run a command that must succeed; return what it printed."""
    done = run(command, cwd, env)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def tree(folder: Path) -> dict[str, bytes | None]:
    """Return what a folder holds: the bytes of each file, None for a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def replace(path: Path, old: str, new: str) -> None:
    """Replace a piece of a file, which must be there once."""
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
    path.write_text(text.replace(old, new), "utf-8")


def forget_guard(project: Path) -> None:
    """Take out the line that loads the guard, and what that leaves to the linter."""
    conftest = project / "tests" / "conftest.py"
    replace(conftest, 'pytest_plugins = ["asyncio_guard"]\n\n', "")


def delete_guard(project: Path) -> None:
    """Do without the guard, as its first lines say."""
    forget_guard(project)
    shutil.rmtree(project / "tests" / "asyncio_guard")


def answers_file(project: Path) -> dict[str, Any]:
    """Return the answers that `copier update` will find."""
    answers: dict[str, Any] = yaml.safe_load((project / ".copier-answers.yml").read_text("utf-8"))
    return answers


def load_report(path: Path) -> dict[str, Any]:
    """Return the report of a proof."""
    report: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return report
