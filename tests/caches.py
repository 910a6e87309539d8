"""Installations that outlive a run of the tests: in the user's cache, outside this repository."""

import fcntl
import os
import pwd
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def cache(name: str) -> Path:
    """Return a folder for installations; it is the user's, for tests have a home of their own."""
    base = os.environ.get("XDG_CACHE_HOME") or str(real_home() / ".cache")
    return Path(base, "asyncio-template", name)


def real_home() -> Path:
    """Return the home of whoever runs the tests."""
    return Path(pwd.getpwuid(os.getuid()).pw_dir)


@contextmanager
def locked(folder: Path) -> Iterator[Path]:
    """Let one process at a time into a folder: several workers of pytest may want it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def made_once(folder: Path, make: Callable[[Path], None]) -> None:
    """Make a folder under another name first: what was interrupted is not taken for whole."""
    if folder.exists():
        return
    folder.parent.mkdir(exist_ok=True)
    for interrupted in folder.parent.glob(f"{folder.name}.partial-*"):
        shutil.rmtree(interrupted, ignore_errors=True)
    # A new name each time: what an interrupted run started may still write to its own.
    partial = Path(tempfile.mkdtemp(prefix=f"{folder.name}.partial-", dir=folder.parent))
    make(partial)
    partial.rename(folder)
