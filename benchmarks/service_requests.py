"""Requests per second of a generated service beside a bare FastAPI app, in turn, and their ratio.

    uv run python benchmarks/service_requests.py [ROUNDS]

The bare app has the same two handlers and the same database, and nothing else: no limits, no structured log.
Both run under uvicorn with their own logs; the load is wrk's, from Debian's package, on 16 connections.
"""

import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY / "tests"))

from engines import render_with_copier, succeed
from servers import debian_program, free_port, wait_until_it_listens

BARE = """
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import async_sessionmaker

from my_project import Settings
from my_project.database import Note, create_engine
from my_project.notes import StoredNote

app = FastAPI()
sessions = async_sessionmaker(create_engine(Settings().database_url))


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "alive"}


@app.get("/notes/{note_id}")
async def get_note(note_id: int) -> StoredNote:
    async with sessions() as session:
        return StoredNote.model_validate(await session.get(Note, note_id))
"""
ENDPOINTS = ("/health", "/notes/1")


@contextmanager
def served(command: list[str], port: int, folder: Path) -> Iterator[str]:
    """Run a server; give its URL."""
    env = {**os.environ, "MY_PROJECT_HTTP_PORT": str(port)}
    log = (folder / f"{port}.log").open("w")
    with log, subprocess.Popen(command, cwd=folder, env=env, stdout=log, stderr=log) as process:
        wait_until_it_listens(port)
        yield f"http://127.0.0.1:{port}"
        process.terminate()


def requests_per_second(url: str) -> float:
    """Load a URL for three seconds."""
    wrk = str(debian_program("wrk", "wrk"))
    printed = succeed([wrk, "--threads=1", "--connections=16", "--duration=3s", url], REPOSITORY)
    assert "Non-2xx" not in printed, printed
    (rate,) = re.findall(r"Requests/sec: +([\d.]+)", printed)
    return float(rate)


def main() -> None:
    """Run the rounds and print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "my-project"
        render_with_copier(REPOSITORY, {"kind": "service"}, folder)
        succeed(["uv", "sync", "--quiet"], folder)
        (folder / "bare.py").write_text(BARE, "utf-8")
        python, ports = str(folder / ".venv" / "bin" / "python"), (free_port(), free_port())
        bare = [python, "-m", "uvicorn", "bare:app", f"--port={ports[1]}"]
        service = stack.enter_context(served([python, "-m", "my_project"], ports[0], folder))
        curl = ["curl", "--silent", "--fail", "--json", '{"title": "Milk"}', f"{service}/notes"]
        succeed(curl, folder)
        bare_app = stack.enter_context(served(bare, ports[1], folder))
        print(f"{'':<10}{'service':>10}{'bare':>10}{'ratio':>8}   (median of {rounds}, per second)")
        for endpoint in ENDPOINTS:
            pairs = [
                (requests_per_second(service + endpoint), requests_per_second(bare_app + endpoint))
                for _ in range(rounds)
            ]
            own, other = (statistics.median(rates) for rates in zip(*pairs, strict=True))
            ratio = statistics.median(a / b for a, b in pairs)
            print(f"{endpoint:<10}{own:>10.0f}{other:>10.0f}{ratio:>8.2f}")


if __name__ == "__main__":
    main()
