"""The folder in which the proof works: its processes have time limits, and it is removed in the end."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import IO

HOOKS = Path(__file__).resolve().parent
REPOSITORY = HOOKS.parent


class NotProven(Exception):
    """A step failed: the sentence for the user, and what the step's tool printed."""

    def __init__(self, sentence: str, output: str = "") -> None:
        super().__init__(sentence)
        self.output = output


class Workshop:
    """A temporary folder, and the cleaner that removes it however the proof ends."""

    def __init__(self, project: Path, made: list[Path], temporary: Path | None) -> None:
        """Make the folder; raise OSError when that cannot be done.

        `made` is what Copier or Cookiecutter made, folders before what is in them, and `temporary` its copy
        of the template. All of that is removed when the proof is stopped, for the tool will not do it. When
        a step fails, the tool removes a project whose folder it made (or keeps it, if told so); then the
        rest is removed here.
        """
        self._made = made
        self._left_by_tool = [] if project in made else made
        self._temporary = [temporary] if temporary else []
        self.root = Path(tempfile.mkdtemp(prefix="asyncio-template-"))
        self._scratch = self.root / "tmp"  # For the tools, some of which leave things there.
        self._scratch.mkdir()
        self._groups: set[int] = set()
        self._lock = threading.Lock()
        self._cleaner = subprocess.Popen(
            [sys.executable, "-I", "-S", str(HOOKS / "cleaner.py")],
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._plan(self._made, self._temporary)

    def __enter__(self) -> Workshop:  # noqa: PYI034 - typing.Self is 3.11's
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Remove the folder, and what was made if need be."""
        if error is None:
            self._plan([], [])
        elif isinstance(error, (NotProven, OSError)):
            self._plan(self._left_by_tool, [])
        self._cleaner.communicate()

    def copy(self, source: Path, name: str) -> Path:
        """Copy a folder into the workshop, without what is installed, cached or git's."""
        ignore = shutil.ignore_patterns(".git", ".venv", "*cache*", "node_modules")
        return Path(shutil.copytree(source, self.root / name, ignore=ignore))

    def run(self, command: list[str], cwd: Path, limit: float, **variables: str) -> tuple[int, str]:
        """Run a command to its end; return its exit code and what it printed.

        Raises NotProven when it is missing, and when it takes longer than `limit` seconds: then it is
        killed with all that it started.
        """
        tool = Path(command[0]).stem
        with tempfile.TemporaryFile(dir=self.root) as output:
            try:
                process = subprocess.Popen(
                    command,
                    cwd=cwd,
                    env={**clean_environment(), "TMPDIR": str(self._scratch), **variables},
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            except FileNotFoundError:
                raise NotProven(f"{tool} is not installed.") from None
            self._watch(process.pid)
            try:
                code = process.wait(limit)
            except subprocess.TimeoutExpired:
                raise NotProven(
                    f"{tool} took longer than {limit:g} seconds; "
                    "ASYNCIO_TEMPLATE_STEP_SECONDS sets another limit.",
                    read(output),
                ) from None
            finally:
                kill_group(process.pid)
                process.wait()
                self._forget(process.pid)
            return code, read(output)

    def stop(self) -> None:
        """Kill all that runs."""
        for group in list(self._groups):
            kill_group(group)

    def _watch(self, group: int) -> None:
        self._groups.add(group)
        self._plan(self._made, self._temporary)

    def _forget(self, group: int) -> None:
        self._groups.discard(group)
        self._plan(self._made, self._temporary)

    def _plan(self, made: list[Path], trees: list[Path]) -> None:
        """Tell the cleaner what to remove, should this be the last that it hears."""
        plan = {
            "groups": sorted(self._groups),
            "trees": [str(path) for path in [self.root, *trees]],
            "made": [str(path) for path in made],
        }
        pipe = self._cleaner.stdin
        assert pipe is not None
        with self._lock:
            pipe.write(json.dumps(plan) + "\n")
            pipe.flush()


def clean_environment() -> dict[str, str]:
    """Return the environment without what would lead a tool away from the project's own settings."""
    strange = (
        *("PYTEST_", "PYTHONPATH", "PYTHONHOME", "PYTHONWARNINGS", "VIRTUAL_ENV"),
        *("MYPY", "RUFF_", "UV_PROJECT"),
        # A new project has no lock file to obey, and needs its development tools.
        *("UV_FROZEN", "UV_LOCKED", "UV_NO_SYNC", "UV_NO_DEV", "UV_NO_DEFAULT_GROUPS"),
    )
    return {name: value for name, value in os.environ.items() if not name.startswith(strange)}


def read(output: IO[bytes]) -> str:
    """Return what a file holds."""
    output.seek(0)
    return output.read().decode("utf-8", "replace")


def kill_group(group: int) -> None:
    """Kill a process and all that it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(group, signal.SIGKILL)
        else:
            os.kill(group, signal.SIGTERM)


def made_since(moment: float, folder: Path) -> list[Path]:
    """Return what came into being in a folder after a moment, the folder itself included, parents first.

    A file that was there and was written anew is not in the list, nor anything whose birth is unknown.
    """
    paths = [folder]
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != ".git"]
        paths += [Path(parent, name) for name in folders + files]
    return [path for path in paths if (birth(path) or 0.0) > moment]


def birth(path: Path) -> float | None:
    """Return the time at which a file came into being, in seconds since 1970, where the system tells."""
    if hasattr(os.stat_result, "st_birthtime"):
        return float(path.lstat().st_birthtime)  # type: ignore[attr-defined, unused-ignore]
    # Python's os.stat does not ask Linux for it; see statx(2) for the numbers.
    at_fdcwd, no_follow, want_birth = -100, 0x100, 0x800
    answer = ctypes.create_string_buffer(256)
    try:
        failed = ctypes.CDLL(None).statx(at_fdcwd, os.fsencode(path), no_follow, want_birth, answer)
    except (AttributeError, OSError):
        return None
    (known,) = struct.unpack_from("I", answer, 0)
    seconds, nanoseconds = struct.unpack_from("qI", answer, 80)
    return None if failed or not known & want_birth else seconds + nanoseconds / 1e9
