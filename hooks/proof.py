"""Prove a generated project: its suite passes, and it can fail.

Copier runs this file as a task, Cookiecutter through post_gen_project.py, a person or a pipeline as a program:
`python hooks/proof.py PROJECT`. It works on a copy of the project, with Python's standard library alone.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

sys.dont_write_bytecode = True  # The template's folder may be the user's own.

from workshop import (
    HOOKS,
    REPOSITORY,
    NotProven,
    Workshop,
    birth,
    made_since,
)

OUTPUT_LINES = 30
WITHOUT = "To generate without proof: prove=false."
UNPROVEN = "Not proven: no test of the project was run (prove=false)."
UNDO = "To undo the update: git reset --hard && git clean -fd"

Evidence = dict[str, Any]


class Stopped(Exception):
    """Ctrl-C, a request to end, or the end of the tool that started the proof."""


# ── The steps ────────────────────────────────────────────────────────────────


class Proof:
    """The steps of the proof; each returns what it saw, in a few words, or raises NotProven."""

    def __init__(self, workshop: Workshop, project: Path, limit: float) -> None:
        self.workshop = workshop
        self.limit = limit
        self.project = workshop.copy(project, "project")
        self.wrong = workshop.copy(project, "refusals")
        self.venv = self.project / ".venv"
        self.configuration = (self.project / "pyproject.toml").read_text("utf-8")
        self.tests: dict[str, Any] = {}
        self.refused: list[dict[str, str]] = []

    def environment(self) -> str:
        """Install the project, with the tools that its pyproject.toml asks for, as its README says."""
        uv = os.environ.get("UV") or shutil.which("uv")
        if uv:
            self._install([uv, "sync", "--no-progress"])
            return "uv sync"
        self._install([self._python(), "-m", "venv", str(self.venv)])
        pip = [self._tool("python"), "-m", "pip", "install", "--quiet"]
        self._install([*pip, "--upgrade", "pip"])
        self._install([*pip, "--group", "dev", "--editable", "."])
        return "venv and pip"

    def suite(self) -> str:
        """Run the project's tests; each must have run, and passed."""
        code, output, evidence = self._pytest(self.project)
        self.tests = evidence.get("tests", {})
        wrong = list(evidence.get("collection_errors", {}))
        wrong += [
            f"{name} ({test['outcome']})"
            for name, test in self.tests.items()
            if test["outcome"] != "passed"
        ]
        wrong += [
            f"{name} (async, and nothing awaited it)"
            for name, test in self.tests.items()
            if test["outcome"] == "passed" and test["async"] and not test["awaited"]
        ]
        if wrong:
            more = f", and {len(wrong) - 3} more" if len(wrong) > 3 else ""
            raise NotProven(f"not passed: {', '.join(wrong[:3])}{more}.", output)
        if not any(test["async"] for test in self.tests.values()):
            raise NotProven("no async test was found.", output)
        if code:
            raise NotProven(f"pytest ended with exit code {code}.", output)
        asynchronous = sum(test["async"] for test in self.tests.values())
        versions = ", ".join(f"{k} {v}" for k, v in evidence["versions"].items())
        return f"{len(self.tests)} tests passed, {asynchronous} of them async ({versions})"

    def refusals(self) -> str:
        """Run the wrong tests, in a copy of their own; each must fail for its own reason."""
        folder = self.wrong / "tests" / "refusals"
        folder.mkdir()
        heads = {}
        for path in sorted((HOOKS / "refusals").glob("test_*.py")):
            head = dict(re.findall(r"^# ([a-z ]+): (.+)$", path.read_text("utf-8"), re.MULTILINE))
            if f'asyncio_mode = "{head.get("in mode", "")}' in self.configuration:
                shutil.copy(path, folder)
                heads[path.name] = head
        _, output, evidence = self._pytest(
            self.wrong, str(folder), "--continue-on-collection-errors"
        )
        # A project may do without the guard, or without some of its checks.
        guarded = (self.wrong / "tests" / "asyncio_guard").is_dir()
        off = evidence.get("checks_off", [])
        for name, head in heads.items():
            check = head.get("checked by")
            if not check or (guarded and check not in off):
                self._check_refusal(name, head["refused with"], output, evidence)
        without = len(heads) - len(self.refused)
        return f"{len(self.refused)} wrong tests, each refused for its own reason" + (
            f"; {without} not tried, for want of the guard's checks" if without else ""
        )

    def _check_refusal(self, name: str, reason: str, output: str, evidence: Evidence) -> None:
        texts = [
            text
            for node, text in evidence.get("collection_errors", {}).items()
            if node.endswith(name)
        ]
        texts += [
            test["text"]
            for node, test in evidence.get("tests", {}).items()
            if node.partition("::")[0].endswith(name) and test["outcome"] == "failed"
        ]
        if not texts:
            raise NotProven(f"{name}, a wrong test, was not refused.", output)
        if not re.search(reason, "\n".join(texts)):
            raise NotProven(f"{name} failed, but not with: {reason}.", output)
        self.refused.append({"test": name, "refused with": reason})

    def lint_and_types(self) -> str:
        """Run the linter, the formatter and the type checker."""
        for command in ("ruff check", "ruff format --check", "mypy"):
            tool, *arguments = command.split()
            code, output = self._run([self._tool(tool), *arguments])
            if code:
                raise NotProven(f"{command} found something.", output)
        return "ruff check, ruff format, mypy --strict"

    def _install(self, command: list[str]) -> None:
        code, output = self._run(command)
        if not code:
            return
        tool = Path(command[0]).stem
        if re.search(r"No interpreter found|requires a different Python", output):
            raise NotProven(
                f"no Python {self._python_min()} or later was found: install one.", output
            )
        if re.search(
            r"[Ff]ailed to fetch|client error|Temporary failure|NewConnectionError"
            r"|ConnectTimeout|Name or service not known|[Nn]etwork|offline",
            output,
        ):
            raise NotProven(
                "the package index could not be reached: connect, and try again.", output
            )
        raise NotProven(f"{tool} could not install the project.", output)

    def _python_min(self) -> str:
        found = re.search(r'^requires-python = ">=([\d.]+)', self.configuration, re.MULTILINE)
        return found.group(1) if found else "3.11"

    def _python(self) -> str:
        """Return a Python that is new enough, for a machine without uv."""
        least = tuple(map(int, self._python_min().split(".")))
        if sys.version_info[:2] >= least:
            return sys.executable
        for minor in range(least[1], least[1] + 9):
            python = shutil.which(f"python3.{minor}")
            if python and not self._run([python, "-c", ""])[0]:
                return python
        here = ".".join(map(str, sys.version_info[:2]))
        raise NotProven(
            f"no Python {self._python_min()} or later was found, only {here}: "
            "install one, or uv, which fetches it."
        )

    def _tool(self, name: str) -> str:
        folder = "bin" if os.name == "posix" else "Scripts"
        return str(self.venv / folder / name)

    def _run(self, command: list[str], **variables: str) -> tuple[int, str]:
        return self.workshop.run(command, self.project, self.limit, **variables)

    def _pytest(self, project: Path, *arguments: str) -> tuple[int, str, Evidence]:
        """Run pytest with the plugin that gathers evidence; return exit code, output, evidence."""
        plugins = self.workshop.root / f"{project.name}-evidence"
        plugins.mkdir()
        shutil.copy(HOOKS / "evidence.py", plugins / "asyncio_template_evidence.py")
        evidence = plugins / "evidence.json"
        pytest = [self._tool("python"), "-m", "pytest"]
        code, output = self.workshop.run(
            [*pytest, "-p", "asyncio_template_evidence", "--color=no", *arguments],
            project,
            self.limit,
            PYTHONPATH=str(plugins),
            PROOF_EVIDENCE=str(evidence),
        )
        written = evidence.exists()
        return code, output, json.loads(evidence.read_text("utf-8")) if written else {}


# ── The report ───────────────────────────────────────────────────────────────


class Report:
    """What a person reads as the steps end, and what a program reads afterwards."""

    def __init__(self, project: Path, *, quiet: bool) -> None:
        self.project = project
        self.quiet = quiet
        self.began = time.monotonic()
        self.steps: list[dict[str, Any]] = []
        self.terminal = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        unicode = (sys.stdout.encoding or "").lower().startswith("utf")
        self.marks = ("✓", "✗") if unicode else ("ok", "FAILED")

    def begin(self) -> None:
        """Say what is about to happen."""
        self._say(f"\nProving {self.project.name}: its tests must pass, wrong ones must fail.")

    def step(self, name: str, seconds: float, detail: str, *, passed: bool) -> None:
        """Say how a step ended."""
        self.steps.append(
            {
                "name": name,
                "passed": passed,
                "seconds": round(seconds, 2),
                "detail": detail,
            }
        )
        mark = self.marks[0] if passed else self.marks[1]
        if self.terminal:
            mark = f"\033[{32 if passed else 31}m{mark}\033[0m"
        self._say(f"  {mark} {name:<15}{seconds:5.1f} s   {detail}")

    def output(self, text: str) -> None:
        """Show the end of what a tool printed."""
        for line in text.rstrip().splitlines()[-OUTPUT_LINES:]:
            self._say(f"    {line}")

    def end(self, verdict: str, sentence: str, proof: Proof | None, *, as_json: bool) -> int:
        """Say the verdict, write it as JSON where that is wanted, and return the exit code."""
        if verdict == "proven":
            self._say(self._summary())
        elif verdict == "not proven":
            print(f"Not proven: {sentence}", file=sys.stderr, flush=True)
        text = json.dumps(self._data(verdict, sentence, proof), indent=2) + "\n"
        if as_json:
            print(text, end="")
        if path := os.environ.get("ASYNCIO_TEMPLATE_REPORT"):
            try:
                Path(path).write_text(text, "utf-8")
            except OSError as error:
                print(f"The report was not written: {error.strerror}: {path}", file=sys.stderr)
        return {"proven": 0, "not proven": 1, "stopped": 130}[verdict]

    def _summary(self) -> str:
        configuration = (self.project / "pyproject.toml").read_text("utf-8")
        setting = dict(re.findall(r'^(asyncio_\w+) = "(\w+)"', configuration, re.MULTILINE))
        return (
            f"\nProven in {time.monotonic() - self.began:.1f} s: "
            "the suite passes, and wrong tests turn it red.\n"
            f"asyncio_mode is {setting['asyncio_mode']}; fixtures and tests run on the loop "
            f"of their {setting['asyncio_default_test_loop_scope']}.\n"
            f"Next: cd {shlex.quote(str(self.project))} && uv run pytest"
        )

    def _data(self, verdict: str, sentence: str, proof: Proof | None) -> dict[str, Any]:
        tests = proof.tests if proof else {}
        return {
            "project": str(self.project),
            "verdict": verdict,
            "sentence": sentence,
            "seconds": round(time.monotonic() - self.began, 2),
            "steps": self.steps,
            "tests": {
                name: {"async": test["async"], "outcome": test["outcome"]}
                for name, test in tests.items()
            },
            "refusals": proof.refused if proof else [],
        }

    def _say(self, line: str) -> None:
        if not self.quiet:
            print(line, flush=True)


# ── The run ──────────────────────────────────────────────────────────────────


def prove(
    project: Path,
    *,
    fresh: bool = False,
    updated: bool = False,
    temporary: Path | None = None,
    as_json: bool = False,
) -> int:
    """Prove a project and return the exit code: 0 proven, 1 not proven, 130 stopped.

    `fresh`: a tool made the project just now, and started this. When the project is not proven, what the tool
    made in a folder that was there before is removed; when the proof is stopped, all that the tool made, since
    the tool itself does not. `updated`: `copier update` changed it just now. `temporary` is the tool's copy
    of the template: what is younger, the tool made.
    """
    report = Report(project, quiet=as_json)
    proof = None
    made: list[Path] = []
    stop_on_signals(parent=os.getppid() if fresh else None, advice=f" {UNDO}" if updated else "")
    try:
        check_merge(project)
        moment = birth(temporary) if temporary else None
        made = made_since(moment, project) if fresh and moment else []
        with Workshop(project, made, temporary) as workshop:
            report.begin()
            proof = Proof(workshop, project, step_seconds())
            run_steps(proof, report)
    except Stopped as stopped:
        return report.end("stopped", str(stopped), proof, as_json=as_json)
    except NotProven as failure:
        sentence = f"{failure} {WITHOUT}" if fresh else str(failure)
    except OSError as error:
        sentence = f"{error.strerror}: {error.filename}. TMPDIR names the folder it works in."
    else:
        return report.end("proven", "", proof, as_json=as_json)
    return report.end("not proven", sentence, proof, as_json=as_json)


def run_steps(proof: Proof, report: Report) -> None:
    """Run the steps, those that do not need each other at the same time; raise the first failure."""
    for steps in (
        [proof.environment],
        [proof.suite, proof.refusals, proof.lint_and_types],
    ):
        failures = run_together(steps, proof.workshop, report)
        if failures:
            raise failures[0]


def run_together(
    steps: list[Callable[[], str]], workshop: Workshop, report: Report
) -> list[NotProven]:
    """Run steps at the same time, report each as it ends, and return the failures in their order."""
    began = time.monotonic()
    failures = {}
    with ThreadPoolExecutor(len(steps)) as threads:
        running = {threads.submit(step): step for step in steps}
        try:
            for future in as_completed(running):
                step = running[future]
                name = step.__name__.replace("_", " ")
                seconds = time.monotonic() - began
                try:
                    report.step(name, seconds, future.result(), passed=True)
                except NotProven as failure:
                    report.step(name, seconds, str(failure), passed=False)
                    report.output(failure.output)
                    failures[step] = NotProven(f"{name}: {failure}")
        except Stopped:
            workshop.stop()  # Else the threads, and so this function, would wait for the tools.
            raise
    return [failures[step] for step in steps if step in failures]


def check_merge(project: Path) -> None:
    """Raise NotProven when `copier update` left both sides in a file, or a `.rej` file beside it."""
    command = ["git", "-C", str(project), "diff", "--name-only", "--diff-filter=U", "--relative"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return
    conflicts = done.stdout.splitlines()
    conflicts += [str(path.relative_to(project)) for path in project.rglob("*.rej")]
    if conflicts:
        raise NotProven(f"resolve {', '.join(conflicts)}; then run: uv run pytest")


def step_seconds() -> float:
    """Return the time limit of a step, in seconds."""
    text = os.environ.get("ASYNCIO_TEMPLATE_STEP_SECONDS", "600")
    try:
        return float(text)
    except ValueError:
        raise NotProven(
            f'ASYNCIO_TEMPLATE_STEP_SECONDS is "{text}": give a number of seconds.'
        ) from None


def stop_on_signals(parent: int | None, advice: str) -> None:
    """Raise Stopped on Ctrl-C, on a request to end, and when the process `parent` is no longer there.

    `advice` is said with it.
    """

    def stop(number: int, frame: object) -> None:
        for other in numbers:
            signal.signal(other, signal.SIG_IGN)
        # Said at once: Copier kills its task a quarter of a second after Ctrl-C.
        sentence = f"stopped by {signal.Signals(number).name}."
        print(f"Not proven: {sentence}{advice}", file=sys.stderr, flush=True)
        raise Stopped(sentence)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.2)
        os.kill(os.getpid(), signal.SIGTERM)

    names = ("SIGINT", "SIGTERM", "SIGHUP")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    for number in numbers:
        signal.signal(number, stop)
    if parent is not None and os.name == "posix":
        threading.Thread(target=watch, daemon=True).start()


def unproven(project: Path) -> int:
    """Say that an updated project was not proven, or that conflicts are to be resolved; return the exit code."""
    try:
        check_merge(project)
    except NotProven as failure:
        print(f"Not proven: {failure}", file=sys.stderr)
        return 1
    print(UNPROVEN)
    return 0


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Prove a generated project.")
    parser.add_argument("project", nargs="?", default=".", type=Path)
    parser.add_argument(
        "--json", action="store_true", help="print the report as JSON, nothing else"
    )
    for option in ("--fresh", "--updated", "--merged"):  # For the tools.
        parser.add_argument(option, action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not (options.project / "pyproject.toml").is_file():
        parser.error(f"{options.project} has no pyproject.toml: name a project's folder")
    if options.merged:
        return unproven(options.project)
    cloned = REPOSITORY.name.startswith("copier._vcs.clone.")
    return prove(
        options.project.resolve(),
        fresh=options.fresh,
        updated=options.updated,
        temporary=REPOSITORY if cloned else None,
        as_json=options.json,
    )


if __name__ == "__main__":
    sys.exit(main())
