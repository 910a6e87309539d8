"""Jobs per second of a generated worker with each of its queues, in turn, and their ratio.

    uv run python benchmarks/worker_jobs.py [ROUNDS]

The handler does nothing, so what is timed is the worker and its queue: SQLite in a file, and a Redis
on this machine that appends what it is given to a file.
"""

import os
import statistics
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY / "tests"))

from engines import render_with_copier, succeed
from servers import redis

MEASURE = """
import asyncio
import signal
import time

from my_project import Job
from my_project.__main__ import open_queue, work
from my_project.clock import Clock
from my_project.settings import Settings

JOBS = left = 5000


async def handle(job: Job) -> None:
    global left
    left -= 1
    if left == 0:
        signal.raise_signal(signal.SIGTERM)


async def main() -> None:
    settings = Settings()
    began = time.perf_counter()
    async with open_queue(settings, Clock()) as queue:
        for number in range(JOBS):
            await queue.put(f"job {number}")
    put = time.perf_counter()
    await work(settings, handle)
    print(JOBS / (put - began), JOBS / (time.perf_counter() - put))


asyncio.run(main())
"""


def main() -> None:
    """Run the rounds and print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "my-project"
        render_with_copier(REPOSITORY, {"kind": "worker"}, folder)
        succeed(["uv", "sync", "--quiet"], folder)
        rates = []
        for number in range(rounds):
            with redis() as server:
                urls = [f"sqlite:///{number}.db", server.url]
                rates.append([jobs_per_second(folder, url) for url in urls])
        print(f"{'':<9}{'SQLite':>10}{'Redis':>10}{'ratio':>8}   (median of {rounds}, per second)")
        for step, what in enumerate(("put", "handled")):
            pairs = [(sqlite[step], other[step]) for sqlite, other in rates]
            sqlite, other = (statistics.median(column) for column in zip(*pairs, strict=True))
            ratio = statistics.median(b / a for a, b in pairs)
            print(f"{what:<9}{sqlite:>10.0f}{other:>10.0f}{ratio:>8.2f}")


def jobs_per_second(folder: Path, url: str) -> list[float]:
    """Put jobs into a queue, then handle them; return the rate of each."""
    python = str(folder / ".venv" / "bin" / "python")
    env = {**os.environ, "MY_PROJECT_QUEUE_URL": url}
    return [float(rate) for rate in succeed([python, "-c", MEASURE], folder, env).split()]


if __name__ == "__main__":
    main()
