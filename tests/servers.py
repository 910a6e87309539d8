"""Real servers for the suites of generated projects: PostgreSQL and Redis, from Debian's packages."""

import fcntl
import os
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engines import succeed


@dataclass(frozen=True)
class Server:
    """A server that a test may stop, and start again with what it stored."""

    url: str
    start: Callable[[], object]
    stop: Callable[[], object]


@contextmanager
def postgresql() -> Iterator[Server]:
    """Run a PostgreSQL of its own."""
    programs = debian_program("postgresql", "postgres").parent
    # PostgreSQL refuses to run as root; its package brings a user.
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if as_user:
            shutil.chown(folder, "postgres")
        data = folder / "data"
        initdb = [str(programs / "initdb"), "--auth=trust", "--username=postgres", "--no-sync"]
        succeed([*as_user, *initdb, str(data)], folder)
        port = free_port()
        options = f"--options=-p {port} -k {folder} -c fsync=off"
        control = [*as_user, str(programs / "pg_ctl"), f"--pgdata={data}", "--wait"]
        server = Server(
            f"postgresql://postgres@127.0.0.1:{port}/postgres",
            start=lambda: succeed([*control, options, f"--log={folder}/log", "start"], folder),
            stop=lambda: succeed([*control, "--mode=fast", "stop"], folder),
        )
        server.start()
        yield server
        server.stop()


@contextmanager
def redis() -> Iterator[Server]:
    """Run a Redis of its own."""
    program = str(debian_program("redis-server", "redis-server"))
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        client = ["redis-cli", "-p", str(port)]

        def start() -> None:
            options = {"port": port, "dir": folder, "appendonly": "yes", "daemonize": "yes"}
            words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
            succeed([program, *words], Path(folder))
            wait_until_it_listens(port)

        def stop() -> None:
            succeed([*client, "shutdown"], Path(folder))

        start()
        yield Server(f"redis://127.0.0.1:{port}", start, stop)
        stop()


def debian_program(package: str, program: str) -> Path:
    """Return where a program is; on Debian, install its package if it is nowhere."""
    found = find(program)
    if found is None:
        with Path(tempfile.gettempdir(), f"{package}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # Several workers of pytest may want it.
            if find(program) is None:
                install(package)
        found = find(program)
    assert found is not None, f"there is no {program} here: install it, then run the tests again"
    return found


def find(program: str) -> Path | None:
    """Return where a program is: Debian keeps PostgreSQL's off the path."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
    on_path = shutil.which(program)
    return versions[-1] if versions else Path(on_path) if on_path else None


def install(package: str) -> None:
    """Install a package with apt-get, as root, or with a sudo that asks for no password."""
    sudo = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    apt = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet", "--yes"]
    succeed([*apt, "update"], Path())
    succeed([*apt, "install", "--no-install-recommends", package], Path())


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def wait_until_it_listens(port: int) -> None:
    """Return when a server accepts connections; raise TimeoutError after ten seconds."""
    end = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            if time.monotonic() > end:
                raise TimeoutError(f"nobody listens on port {port}") from None
            time.sleep(0.05)
        else:
            return
