"""What each kind of project holds, that nothing of another kind leaks into it, and that it works for real."""

import json
import os
import re
import signal
import subprocess
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from engines import CHOICES, render_with_copier, run, succeed, tree
from servers import free_port, postgresql, redis

KINDS = CHOICES["kind"]
# The Python files that only projects of this kind have.
FILES = {
    "library": {
        *("bounded.py", "client.py", "pool.py", "retry.py", "line_server.py"),
        *("test_bounded.py", "test_client.py", "test_context_variables.py"),
        *("test_pool.py", "test_retry.py"),
    },
    "service": {
        *("app.py", "database.py", "dependencies.py", "middleware.py", "notes.py"),
        *("live_server.py", "test_cancellation.py", "test_dependencies.py", "test_notes.py"),
        *("test_program.py", "test_server.py", "test_startup.py", "test_transactions.py"),
    },
    "worker": {
        *("clock.py", "jobs.py", "queues.py", "redis_queue.py", "sqlite_queue.py", "worker.py"),
        *("manual_clock.py", "processes.py", "running.py", "stored.py"),
        *("worker_program.py", "test_away.py", "test_commands.py", "test_jobs.py"),
        *("test_lease.py", "test_load.py", "test_process.py", "test_put.py"),
        *("test_queue.py", "test_stop.py", "test_worker.py"),
    },
}
# Words that only projects of this kind say.
WORDS = {
    "library": r"line.server|bounded|test_pool",
    "service": r"fastapi|uvicorn|sqlalchemy|asyncpg|postgres|httpx|\bnotes?\b",
    "worker": r"redis|\bworkers?\b|\bjobs?\b|dead.letter",
}
# Distributions whose module has another name.
MODULES = {"python-json-logger": "pythonjsonlogger"}


@pytest.fixture(scope="module")
def rendered(template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Render a project of each kind."""
    folder = tmp_path_factory.mktemp("kinds")
    return {
        kind: render_with_copier(template, {"kind": kind, "event_loop": "both"}, folder / kind)
        for kind in KINDS
    }


def python_files(project: Path) -> set[str]:
    return {path.name for folder in ("src", "tests") for path in (project / folder).rglob("*.py")}


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_its_own_files(kind: str, rendered: dict[str, Path]) -> None:
    others = {name for k, path in rendered.items() if k != kind for name in python_files(path)}
    assert python_files(rendered[kind]) - others == FILES[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_another_kind_is_said(kind: str, rendered: dict[str, Path]) -> None:
    pattern = re.compile("|".join(WORDS[other] for other in KINDS if other != kind), re.IGNORECASE)
    for name, content in tree(rendered[kind]).items():
        if content is None or name.startswith(("tests/asyncio_check/", "tests/asyncio_guard/")):
            continue
        # A job of GitHub Actions is no job of a worker.
        text = content.decode().replace("\njobs:\n", "\n")
        assert pattern.search(text) is None, (name, pattern.findall(text))
        own = re.search(WORDS[kind], name, re.IGNORECASE)
        assert own is None or re.search(WORDS[kind], text, re.IGNORECASE), name


@pytest.mark.parametrize("kind", KINDS)
def test_each_dependency_is_used(kind: str, rendered: dict[str, Path]) -> None:
    project = rendered[kind]
    data = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))
    code = {
        folder: "\n".join(path.read_text("utf-8") for path in (project / folder).rglob("*.py"))
        for folder in ("src", "tests")
    }
    used_in = {"src": data["project"]["dependencies"], "tests": data["dependency-groups"]["test"]}
    for folder, requirements in used_in.items():
        for requirement in requirements:
            (name,) = re.findall(r"^[\w-]+", requirement)
            module = MODULES.get(name, name.replace("-", "_"))
            text = code[folder] + json.dumps(data["tool"]["pytest"]).replace("-", "_")
            assert re.search(rf"\b{module}\b", text), f"{folder} does not use {name}"


# ── As a person uses them ────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def projects(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Make projects with their environments, one of a kind."""
    made: dict[str, Path] = {}

    def make(kind: str) -> Path:
        if kind not in made:
            folder = tmp_path_factory.mktemp(kind) / "my-project"
            made[kind] = render_with_copier(template, {"kind": kind}, folder)
            succeed(["uv", "sync", "--quiet"], folder)
        return made[kind]

    return make


@pytest.fixture
def service(projects: Callable[[str], Path]) -> Path:
    return projects("service")


@pytest.fixture
def worker(projects: Callable[[str], Path]) -> Path:
    return projects("worker")


@contextmanager
def started(project: Path, folder: Path, **settings: str) -> Iterator[None]:
    """Run a project's program in a folder; stop it as an operator does; no log has a traceback."""
    env = {**os.environ, **{f"MY_PROJECT_{name.upper()}": text for name, text in settings.items()}}
    command = [str(project / ".venv" / "bin" / "my-project")]
    log = folder / "log"
    with log.open("w") as file, subprocess.Popen(command, cwd=folder, env=env, stderr=file) as it:
        try:
            yield
        finally:
            it.send_signal(signal.SIGTERM)
    assert "Traceback" not in log.read_text("utf-8")


def within(seconds: float, condition: Callable[[], bool]) -> None:
    """Wait until a condition holds; fail when it takes too long."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "that took too long"
        time.sleep(0.05)


def status(url: str) -> int:
    """Return the status of an answer; 0 while nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            code: int = answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0
    return code


def console(project: Path) -> dict[str, str]:
    """Return the commands that README shows first with what they print."""
    block, *_ = re.findall(r"```console\n(.+?)```", (project / "README.md").read_text(), re.DOTALL)
    pairs = re.findall(r"^\$ (.+)\n((?:[^$].*\n)*)", block, re.MULTILINE)
    return dict(pairs)


def prints(command: str, text: str, folder: Path) -> bool:
    """Return whether a command prints this and nothing else."""
    return run(["bash", "-c", command], folder).stdout == text


def test_the_service_answers_as_its_readme_shows(service: Path, tmp_path: Path) -> None:
    port = str(free_port())
    shown = console(service)
    start, command = shown
    assert start == "uv run my-project"
    with started(service, tmp_path, http_port=port):
        within(20, lambda: status(f"http://127.0.0.1:{port}/ready") == 200)
        assert prints(command.replace("8000", port), shown[command].strip(), tmp_path)
        assert status(f"http://127.0.0.1:{port}/docs") == 200


def test_the_worker_answers_as_its_readme_shows(worker: Path, tmp_path: Path) -> None:
    program = str(worker / ".venv" / "bin" / "my-project")
    (start, _), *others = console(worker).items()
    assert start == "uv run my-project"
    with started(worker, tmp_path):
        for command, shown in others:
            within(20, partial(prints, command.replace(start, program), shown, tmp_path))
    assert (tmp_path / "outbox" / "job-1.txt").exists()


def test_the_suite_says_that_it_runs_on_the_embedded_default(service: Path, worker: Path) -> None:
    for project, line in ((service, "database: SQLite"), (worker, "queue: SQLite")):
        assert f"\n{line}" in succeed(["uv", "run", "pytest"], project)


def suite(project: Path, workers: str, **variables: str) -> str:
    """Run a project's tests in so many processes; return what they printed."""
    command = ["uv", "run", "--isolated", "--with=pytest-xdist", "pytest"]
    return succeed([*command, f"--numprocesses={workers}"], project, {**os.environ, **variables})


@pytest.mark.parametrize("workers", ["0", "2"])
def test_the_services_suite_passes_on_postgresql(workers: str, service: Path) -> None:
    with postgresql() as server:
        printed = suite(service, workers, TEST_DATABASE_URL=server.url)
        assert "database: a new one on postgresql://" in printed
        psql = ["psql", server.url, "--tuples-only", "--command=SELECT datname FROM pg_database"]
        assert "test_" not in succeed(psql, service), "a database was left behind"


@pytest.mark.parametrize("workers", ["0", "2"])
def test_the_workers_suite_passes_on_redis(workers: str, worker: Path) -> None:
    with redis() as server:
        printed = suite(worker, workers, TEST_REDIS_URL=server.url)
        assert "queue: Redis" in printed
        assert succeed(["redis-cli", "-u", server.url, "dbsize"], worker) == "0\n"


def test_a_service_outlives_its_database(service: Path, tmp_path: Path) -> None:
    port = str(free_port())
    ready = f"http://127.0.0.1:{port}/ready"
    with postgresql() as server:
        server.stop()
        with started(service, tmp_path, http_port=port, database_url=server.url):
            within(20, lambda: status(ready) == 503)
            server.start()
            within(20, lambda: status(ready) == 200)
            server.stop()
            assert status(ready) == 503
            assert status(f"http://127.0.0.1:{port}/health") == 200
            server.start()
            within(20, lambda: status(ready) == 200)


def test_a_worker_outlives_its_broker(worker: Path, tmp_path: Path) -> None:
    program = str(worker / ".venv" / "bin" / "my-project")
    with redis() as server:
        env = {**os.environ, "MY_PROJECT_QUEUE_URL": server.url}
        server.stop()
        assert run([program, "check"], tmp_path, env).returncode == 1
        with started(worker, tmp_path, queue_url=server.url):
            server.start()
            succeed([program, "add", "first", "--id=1"], tmp_path, env)
            within(20, (tmp_path / "outbox" / "1.txt").exists)
            server.stop()
            server.start()
            succeed([program, "add", "second", "--id=2"], tmp_path, env)
            within(20, (tmp_path / "outbox" / "2.txt").exists)


@pytest.mark.parametrize("broker", ["sqlite", "redis"])
def test_no_job_is_lost_when_the_worker_is_killed(
    broker: str, worker: Path, request: pytest.FixtureRequest
) -> None:
    """10,000 jobs, and SIGKILL five times in the middle of them."""
    env = {**os.environ, "TEST_JOBS": "10000", "TEST_KILLS": "5"}
    command = ["uv", "run", "pytest", "tests/test_load.py"]
    if broker == "sqlite":
        succeed(command, worker, env)
    else:
        with redis() as server:
            succeed(command, worker, {**env, "TEST_REDIS_URL": server.url})
