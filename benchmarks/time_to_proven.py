"""Time one `copier copy` to "proven" beside the same steps by hand, in turn, and print medians and ratios.

    uv run python benchmarks/time_to_proven.py [ROUNDS [KIND]]

The steps by hand are what a person would type: uv sync, pytest, pytest on the wrong tests, ruff check,
ruff format, mypy. Run it on an idle machine with a warm cache of packages.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
ROUNDS, KIND = (*sys.argv[1:], *("5", "library")[len(sys.argv) - 1 :])
COPY = [sys.executable, "-m", "copier", "copy", "--quiet", "--defaults", "--vcs-ref=HEAD"]
COPY += [f"--data=kind={KIND}"]
BY_HAND = {
    "environment": ["uv sync --quiet"],
    "suite": ["uv run pytest -q"],
    "refusals": ["uv run pytest -q --continue-on-collection-errors tests/refusals"],
    "lint and types": ["uv run ruff check", "uv run ruff format --check", "uv run mypy"],
}


def timed(command: list[str], cwd: Path, **env: str) -> float:
    """Run a command; return its wall time in seconds."""
    began = time.perf_counter()
    subprocess.run(command, cwd=cwd, env={**os.environ, **env}, capture_output=True, check=False)
    return time.perf_counter() - began


def main() -> None:
    """Run the rounds and print the table."""
    rounds = int(ROUNDS)
    proof: dict[str, list[float]] = {}
    by_hand: dict[str, list[float]] = {}
    for number in range(-1, rounds):  # The first warms the caches up and does not count.
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            whole, steps = one_proof(folder)
            hand = one_by_hand(folder)
        if number < 0:
            continue
        for record, times in ((proof, {**steps, "whole": whole}), (by_hand, hand)):
            for step, seconds in times.items():
                record.setdefault(step, []).append(seconds)
    print(f"{'step':<16}{'by hand':>10}{'in the proof':>15}   (median of {rounds}, seconds)")
    for step in ["rendering", *BY_HAND, "whole"]:
        medians = [statistics.median(record[step]) for record in (by_hand, proof)]
        print(f"{step:<16}{medians[0]:>10.2f}{medians[1]:>15.2f}")
    ratios = [own / hand for own, hand in zip(proof["whole"], by_hand["whole"], strict=True)]
    print(
        f"whole, proof to by hand, round by round: median {statistics.median(ratios):.2f}, ", end=""
    )
    print(f"from {min(ratios):.2f} to {max(ratios):.2f}")


def one_proof(folder: Path) -> tuple[float, dict[str, float]]:
    """Generate and prove; return the whole time, and the steps' times as the report gives them."""
    report = folder / "report.json"
    command = [*COPY, "--trust", str(REPOSITORY), "proven"]
    whole = timed(command, folder, ASYNCIO_TEMPLATE_REPORT=str(report))
    data = json.loads(report.read_text("utf-8"))
    assert data["verdict"] == "proven", data["sentence"]
    steps = {step["name"]: step["seconds"] for step in data["steps"]}
    return whole, {**steps, "rendering": whole - data["seconds"]}


def one_by_hand(folder: Path) -> dict[str, float]:
    """Generate, then type the commands; return the steps' times and their sum."""
    times = {"rendering": timed([*COPY, "--skip-tasks", str(REPOSITORY), "by-hand"], folder)}
    project = folder / "by-hand"
    for step, commands in BY_HAND.items():
        if step == "refusals":
            wrong = project / "tests" / "refusals"
            strict = shutil.ignore_patterns("test_plain_fixture.py", "test_unmarked.py")
            shutil.copytree(REPOSITORY / "hooks" / "refusals", wrong, ignore=strict)
        times[step] = sum(timed(command.split(), project) for command in commands)
        shutil.rmtree(project / "tests" / "refusals", ignore_errors=True)
    return {**times, "whole": sum(times.values())}


if __name__ == "__main__":
    main()
