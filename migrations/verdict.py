"""What a suite's tests do in an environment, and which were lost between two runs."""

import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

from files import Mistake

SECONDS = 1800

Outcomes = dict[str, str]


def run_suite(python: str, root: Path, arguments: list[str]) -> Outcomes:
    """Run pytest in a project; return the outcome of each test. Raises Mistake if it cannot run.

    A run that ends before its tests have begun has no outcomes.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        options = ["-p", "no:cacheprovider", f"--junitxml={report}", "-o", "junit_family=xunit2"]
        try:
            done = subprocess.run(
                [python, "-m", "pytest", *options, *arguments],
                cwd=root,
                env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=SECONDS,
                check=False,
            )
        except OSError as error:
            raise Mistake(f"{python}: {error.strerror}: name a Python") from None
        except subprocess.TimeoutExpired:
            return {}
        if "No module named pytest" in done.stderr:
            raise Mistake(f"{python} has no pytest: install the tests' requirements there")
        if not report.exists():
            lines = (done.stdout + done.stderr).strip().splitlines()
            print(f"pytest ended before its tests: {lines[-1] if lines else ''}", file=sys.stderr)
            return {}
        return read_report(report)


def read_report(path: Path) -> Outcomes:
    """Return the outcome of each test in a JUnit report: passed, failed, error or skipped."""
    outcomes: Outcomes = {}
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        name = f"{case.get('classname')}::{case.get('name')}"
        found = {child.tag for child in case} & {"failure", "error", "skipped"}
        outcome = min(found, default="passed").replace("failure", "failed")
        if outcomes.get(name, "passed") == "passed":
            outcomes[name] = outcome
    return outcomes


def lost_tests(before: Outcomes, after: Outcomes) -> list[str]:
    """Return the tests that passed before and do not now.

    pytest 9 writes some parameters otherwise in a test's name: those are compared by their number.
    """
    lost = [
        name
        for name, outcome in before.items()
        if outcome == "passed" and after.get(name) != "passed"
    ]
    renamed = Counter(
        function(name) for name, o in after.items() if o == "passed" and name not in before
    )
    kept = []
    for name in lost:
        if name not in after and renamed[function(name)]:
            renamed[function(name)] -= 1
        else:
            kept.append(name)
    return kept


def function(name: str) -> str:
    """Return a test's name without its parameters."""
    return name.partition("[")[0]


def summary(outcomes: Outcomes) -> str:
    """Return the numbers of a run, as in `12 passed, 1 failed`."""
    counts = Counter(outcomes.values())
    order = ("passed", "failed", "error", "skipped")
    return ", ".join(f"{counts[o]} {o}" for o in order if counts[o]) or "no test ran"
