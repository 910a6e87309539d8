"""The files of a project: which are its tests, and what git knows of them."""

import contextlib
import os
import subprocess
from pathlib import Path

SKIPPED = {"site-packages", "node_modules", "build", "dist", "venv", "env", "__pycache__"}
TEST_FOLDERS = {"tests", "test", "testing"}
# What the template brings; it is right, and the template updates it.
OURS = {"asyncio_check", "asyncio_guard"}


class Mistake(Exception):
    """What the user did wrong, in one sentence."""


def git(root: Path, *arguments: str) -> str:
    """Return what git prints. Raises Mistake when it fails."""
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise Mistake("git was not found: install it") from None
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["it failed"]
        raise Mistake(f"git {arguments[0]}: {lines[0]}")
    return done.stdout


def python_files(root: Path) -> list[Path]:
    """Return the Python files of a project, relative to it; git's ignored ones left out."""
    try:
        listed = git(
            root, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "*.py"
        )
        found = [Path(name) for name in listed.split("\0") if name]
    except Mistake:
        found = []
        for folder, folders, names in os.walk(root):
            folders[:] = [name for name in folders if not is_skipped(name)]
            here = Path(folder).relative_to(root)
            found += [here / name for name in names if name.endswith(".py")]
    return sorted(
        path
        for path in set(found)
        if not any(map(is_skipped, path.parts[:-1]))
        and (root / path).is_file()
        and not (root / path).is_symlink()
    )


def is_skipped(folder: str) -> bool:
    """Whether a folder holds no code of the project."""
    return folder in SKIPPED or folder.startswith(".") or "{" in folder


def is_test_file(path: Path, testpaths: list[str]) -> bool:
    """Whether a Python file belongs to the tests."""
    if OURS.intersection(path.parts):
        return False
    named = path.name.startswith("test_") or path.name.endswith("_test.py")
    listed = any(
        path.is_relative_to(Path(folder)) for folder in testpaths if folder not in (".", "")
    )
    return (
        named
        or listed
        or path.name == "conftest.py"
        or not TEST_FOLDERS.isdisjoint(path.parts[:-1])
    )


def refuse_unsafe(root: Path, paths: list[Path]) -> None:
    """Raise Mistake unless git can bring back every file that is about to be written."""
    git(root, "rev-parse", "--is-inside-work-tree")
    changed = git(root, "status", "--porcelain", "--untracked-files=no", "--", ".").splitlines()
    if changed:
        raise Mistake(
            f"the working tree has changes, in {changed[0][3:]} for one: commit or stash them first"
        )
    tracked = set(git(root, "ls-files", "-z").split("\0"))
    for path in paths:
        if path.as_posix() not in tracked and (root / path).exists():
            raise Mistake(f"git does not know {path.as_posix()}: add and commit it first")


def write_all(root: Path, contents: dict[Path, bytes]) -> None:
    """Write all files, or none: what was written is put back when one cannot be.

    Raises Mistake, which says which one.
    """
    before = {path: read(root / path) for path in contents}
    try:
        for path, content in contents.items():
            (root / path).parent.mkdir(exist_ok=True)
            (root / path).write_bytes(content)
    except BaseException as error:
        restore(root, before)
        if isinstance(error, OSError):
            raise Mistake(
                f"{error.filename}: {error.strerror}; nothing was changed: make it writable"
            ) from None
        raise


def read(path: Path) -> bytes | None:
    """Return what a file holds; None if there is none."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        return None


def restore(root: Path, before: dict[Path, bytes | None]) -> None:
    """Put files back, and remove those that were not there, with their folders."""
    for path, old in before.items():
        if old is None:
            (root / path).unlink(missing_ok=True)
            with contextlib.suppress(OSError):  # Not empty, or not there.
                (root / path).parent.rmdir()
        elif read(root / path) != old:
            (root / path).write_bytes(old)
