"""Time 1,000 trivial async tests with the guard and without it, in turn, and print the ratios.

    uv run python benchmarks/guard_overhead.py [ROUNDS]

The same generated project twice; the one has neither tests/asyncio_guard nor the line that names it.
CPU seconds of the whole process, since they say more than wall time on a machine that is shared.
"""

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
COPY = [sys.executable, "-m", "copier", "copy", "--quiet", "--defaults", "--skip-tasks"]
TESTS = "\n\n".join(f"async def test_{n}() -> None:\n    pass\n" for n in range(1000))


def make(folder: Path, loop_scope: str, *, guard: bool) -> Path:
    """Generate a project with the tests, and install it."""
    project = folder / f"{loop_scope}-{guard}"
    answers = ["--vcs-ref=HEAD", f"--data=loop_scope={loop_scope}"]
    subprocess.run([*COPY, *answers, str(REPOSITORY), str(project)], check=True)
    if not guard:
        shutil.rmtree(project / "tests" / "asyncio_guard")
        path = project / "tests" / "conftest.py"
        path.write_text(path.read_text().replace('pytest_plugins = ["asyncio_guard"]\n', ""))
    (project / "tests" / "test_trivial.py").write_text(TESTS)
    subprocess.run(["uv", "sync", "--quiet"], cwd=project, check=True)
    return project


def cpu_seconds(project: Path) -> float:
    """Run the tests; return user and system time."""
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [str(project / ".venv" / "bin" / "python"), "-m", "pytest", "-q"]
    done = subprocess.run(
        [*command, "tests/test_trivial.py"],
        cwd=project,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert "1000 passed" in done.stdout, done.stdout
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Run the rounds and print a row for each loop scope."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    with tempfile.TemporaryDirectory() as name:
        for loop_scope in ("function", "session"):
            pair = [make(Path(name), loop_scope, guard=guard) for guard in (True, False)]
            for project in pair:
                cpu_seconds(project)  # The first run compiles.
            times = [[cpu_seconds(project) for project in pair] for _ in range(rounds)]
            ratios = sorted(with_guard / without for with_guard, without in times)
            least = [min(column) for column in zip(*times, strict=True)]
            print(
                f"{loop_scope:<9} least with {least[0]:.3f} s, without {least[1]:.3f} s, "
                f"ratio {least[0] / least[1]:.3f}; round by round: median "
                f"{statistics.median(ratios):.3f}, from {ratios[0]:.3f} to {ratios[-1]:.3f}"
            )


if __name__ == "__main__":
    main()
