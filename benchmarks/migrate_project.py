"""What the migration does to a real project: its tests before, unchanged, and after.

`python benchmarks/migrate_project.py CHECKOUT BEFORE AFTER [pytest's arguments]`: a checkout of the
project, a Python with its own old requirements, and one with today's pytest and pytest-asyncio.
The checkout is copied and stays as it is.
"""

import shutil
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(REPOSITORY / "migrations"), str(REPOSITORY / "template" / "tests")]

from files import write_all
from plan import make_plan
from verdict import lost_tests, run_suite, summary


def main() -> None:
    """Print a line for each run, then what was lost and left, and the time of the codemod."""
    checkout, old, new, *arguments = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        project = Path(shutil.copytree(checkout, Path(folder) / Path(checkout).name, symlinks=True))
        before = run_suite(old, project, arguments)
        print(f"{project.name}: its own pins: {summary(before)}")
        print(f"{project.name}: unchanged: {summary(run_suite(new, project, arguments))}")
        began = time.monotonic()
        plan = make_plan(project)
        write_all(project, plan.contents)
        seconds = time.monotonic() - began
        after = run_suite(new, project, arguments)
        print(f"{project.name}: migrated: {summary(after)}")
        for name in lost_tests(before, after):
            print(f"{project.name}: lost: {name}")
        print(
            f"{project.name}: {len(plan.contents)} files written, {len(plan.left)} places left, "
            f"{seconds:.2f} s"
        )


if __name__ == "__main__":
    main()
