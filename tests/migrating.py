"""Projects with old tests, as the tests of the migration use them."""

import re
import subprocess
import sys
from pathlib import Path

from engines import REPOSITORY, commit, run, succeed

CASES = sorted((REPOSITORY / "tests" / "migrations").glob("*.txt"))
MIGRATE = REPOSITORY / "migrations" / "migrate.py"
PACKAGES = ["pytest>=9.1", "pytest-asyncio>=1.5,<2", "anyio", "pytest-trio", "uvloop"]


def case(name: str) -> Path:
    """Return a case by its name."""
    return next(path for path in CASES if path.stem == name)


def head(path: Path) -> dict[str, str]:
    """Return what the first lines of a case say.

    what: what it is; says: what a finding says; after: what pytest says after the migration;
    left: how many places are left.
    """
    return dict(
        re.findall(r"^# (what|says|after|left): (.+)$", path.read_text("utf-8"), re.MULTILINE)
    )


def make_project(folder: Path, files: dict[str, bytes]) -> Path:
    """Write a project and commit it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return commit(folder)


def make_case(path: Path, folder: Path) -> Path:
    """Write the project of a case."""
    _, *parts = re.split(r"^# file: (.+)\n", path.read_text("utf-8"), flags=re.MULTILINE)
    files = {name: text.encode() for name, text in zip(parts[::2], parts[1::2], strict=True)}
    return make_project(folder, files)


def migrate(project: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the migration in a project."""
    return run([sys.executable, str(MIGRATE), *map(str, arguments)], project)


def make_environment(folder: Path) -> str:
    """Make an environment with the newest pytest and pytest-asyncio; return its Python."""
    succeed(["uv", "venv", "--quiet", str(folder)], folder.parent)
    python = str(folder / "bin" / "python")
    succeed(["uv", "pip", "install", "--quiet", "--python", python, *PACKAGES], folder.parent)
    return python


def pytest_says(python: str, project: Path) -> str:
    """Run a project's tests with every warning an error; return the last line, without time."""
    done = run([python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error"], project)
    lines = (done.stdout + done.stderr).strip().splitlines()
    return re.sub(r" in [\d.]+s.*| *=+ *", "", lines[-1]) if lines else "nothing"
