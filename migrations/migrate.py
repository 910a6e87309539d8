"""Bring the tests of a project from an older pytest-asyncio to today's: see README.md."""

import argparse
import difflib
import json
import os
import sys
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
sys.dont_write_bytecode = True  # The template may stand where nobody may write.
sys.path.insert(0, str(REPOSITORY / "template" / "tests"))

from asyncio_check.source import Finding
from files import Mistake, git, read, refuse_unsafe, write_all
from guard import guard_files
from plan import Plan, make_plan
from verdict import Outcomes, lost_tests, run_suite, summary


def main() -> int:
    """Read the command line; return 0, 1 if something is to be done, 2 for a mistake."""
    options = parse(sys.argv[1:])
    try:
        if not options.path.is_dir():
            raise Mistake(f"{options.path} is not a folder: name a project's folder")
        return run(options, options.path.resolve())
    except Mistake as mistake:
        print(f"Not migrated: {mistake}.", file=sys.stderr)
        if options.copier == "adopt":
            forget_answers(options.path)
        # Copier never runs a failed migration again: an update goes on, with the old tests.
        return 0 if options.copier == "update" else 2
    except BrokenPipeError:  # What reads the report has ended: `... | head`.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def run(options: argparse.Namespace, root: Path) -> int:
    """Do what the options say in a project, and return the exit code."""
    plan = make_plan(root, only_findings=not (options.apply or options.diff or options.json))
    if options.guard:
        contents, left = guard_files(root, plan.contents)
        plan.contents |= contents
        plan.left += left
    lost: list[str] = []
    if options.apply and plan.contents:
        if options.copier != "update":  # Copier updates clean trees only, and has changed it since.
            refuse_unsafe(root, sorted(plan.contents))
        before = outcomes(options.before, root, "before", options)
        write_all(root, plan.contents)
        after = outcomes(options.after, root, "after", options)
        lost = lost_tests(before, after) if options.before and options.after else []
    if options.json:
        print(json.dumps(as_data(plan), indent=2))
    elif options.diff:
        sys.stdout.write(diff(root, plan))
    elif options.apply:
        report(plan.left)
        if plan.contents or plan.left or options.copier != "update":
            print(f"{len(plan.contents)} files written, {len(plan.left)} places left for you.")
    else:
        report(plan.findings)
    if options.before and options.after and plan.contents and not options.json:
        for name in lost:
            print(f"lost: {name}")
        print(f"{len(lost)} tests lost that passed before." if lost else "No test was lost.")
    if options.copier and not lost:
        return 0
    return int(bool(lost or (plan.left if options.apply else plan.findings)))


def outcomes(python: str, root: Path, moment: str, options: argparse.Namespace) -> Outcomes:
    """Run the suite with a Python, if one is given, and say what came of it."""
    if not python:
        return {}
    found = run_suite(python, root, options.pytest)
    if not options.json:
        print(f"{moment + ':':<8}{summary(found)}")
    return found


def parse(arguments: list[str]) -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(prog="migrate.py", description=__doc__)
    add = parser.add_argument
    add("path", nargs="?", default=Path(), type=Path, help="the project (default: .)")
    kind = parser.add_mutually_exclusive_group()
    choose = kind.add_argument
    choose("--check", action="store_true", help="report only, which is the default")
    choose("--diff", action="store_true", help="show what --apply would change")
    choose("--apply", action="store_true", help="rewrite, and report what is left")
    add("--json", action="store_true", help="print findings and edits as JSON")
    add(
        "--before",
        metavar="PYTHON",
        default=os.environ.get("ASYNCIO_TEMPLATE_BEFORE"),
        help="run the suite with it before --apply",
    )
    add(
        "--after",
        metavar="PYTHON",
        default=os.environ.get("ASYNCIO_TEMPLATE_AFTER"),
        help="run the suite with it afterwards: is a test lost?",
    )
    add("--guard", action="store_true", help="bring the guard, as generated projects have it")
    add("--pytest", nargs="*", default=[], metavar="ARG", help="what pytest is given besides")
    add("--copier", choices=["adopt", "update"], help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    options.apply = options.apply or bool(options.copier)
    return options


def forget_answers(project: Path) -> None:
    """Delete the answers file that Copier made just now, in a repository that is not adopted."""
    path = project / ".copier-answers.yml"
    if path.name not in git(project, "ls-files", path.name):
        path.unlink(missing_ok=True)


def report(findings: list[Finding]) -> None:
    """Print findings, one a line."""
    for finding in findings:
        print(finding)


def as_data(plan: Plan) -> dict[str, Any]:
    """Return the findings, edits, and files that a person must see to, as JSON has them."""
    return {
        "findings": [as_dict(finding) for finding in plan.findings],
        "left": [as_dict(finding) for finding in plan.left],
        "files": sorted(path.as_posix() for path in plan.contents),
    }


def as_dict(finding: Finding) -> dict[str, Any]:
    """Return a finding; its edits are in bytes, not counting a byte order mark."""
    return {
        "file": finding.path.as_posix(),
        "line": finding.line,
        "wrong": finding.wrong,
        "write": finding.write,
        "edits": [
            {"start": edit.start, "end": edit.end, "text": edit.text} for edit in finding.edits
        ],
    }


def diff(root: Path, plan: Plan) -> str:
    """Return the changes as a unified diff."""
    lines: list[str] = []
    for path, new in sorted(plan.contents.items()):
        old = read(root / path) or b""
        name = path.as_posix()
        lines += difflib.unified_diff(
            old.decode("utf-8", "replace").splitlines(keepends=True),
            new.decode("utf-8", "replace").splitlines(keepends=True),
            f"a/{name}" if old else "/dev/null",
            f"b/{name}",
        )
    unended = "\n\\ No newline at end of file\n"
    return "".join(line if line.endswith("\n") else line + unended for line in lines)


if __name__ == "__main__":
    sys.exit(main())
