"""Clean up after the proof, however the proof ends.

A process of its own outlives Ctrl-C and `kill -9`, both of the proof and of the tool that runs it (Copier
kills its task a quarter of a second after Ctrl-C). It reads plans from standard input, a JSON object a line;
the end of the input says that the proof has ended, and the last plan is carried out.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sys
import time


def main() -> None:
    """Kill the process groups of the last plan, then remove its trees, and what was made."""
    plan = {}
    for line in sys.stdin:
        plan = json.loads(line)
    for group in plan.get("groups", []):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
    for tree in plan.get("trees", []):
        remove_tree(tree)
    for path in reversed(plan.get("made", [])):
        remove(path)


def remove(path: str) -> None:
    """Remove a file, or a folder that is empty by now."""
    with contextlib.suppress(OSError):
        if os.path.isdir(path) and not os.path.islink(path):
            os.rmdir(path)
        else:
            os.unlink(path)


def remove_tree(tree: str) -> None:
    """Remove a folder; for two seconds, a process that was killed may still write to it."""
    for _ in range(20):
        shutil.rmtree(tree, ignore_errors=True)
        if not os.path.exists(tree):
            return
        time.sleep(0.1)


if __name__ == "__main__":
    main()
