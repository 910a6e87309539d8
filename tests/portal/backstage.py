"""A real Backstage backend, installed once from npm, started on loopback and driven through its HTTP API."""

import base64
import hashlib
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from caches import cache, locked, made_once, real_home
from engines import REPOSITORY, succeed
from servers import free_port

BACKEND = Path(__file__).parent / "backend"
ACTION = REPOSITORY / "portal" / "backstage"
ACTION_NAME = json.loads((ACTION / "package.json").read_text("utf-8"))["name"]
START_SECONDS = 90
TASK_SECONDS = 300

Files = dict[str, tuple[bytes, bool]]
"""The content of each file, and whether it is executable."""

Entity = Mapping[str, Any]


# ── The installation ─────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Build:
    """The installed backend, with the action as `npm pack` packed it."""

    folder: Path

    @property
    def action(self) -> Path:
        """Where the action was built; its tests are there too."""
        return self.folder / "action"


def build() -> Build:
    """Install what is not installed yet; return the build for the action as it stands."""
    with locked(cache("portal")) as folder:
        installed = folder / digest([BACKEND / "package.json"], node_version())
        made_once(installed, install)
        sources = [*source_files(ACTION), *source_files(BACKEND)]
        built = installed / "builds" / digest(sources)
        made_once(built, build_action)
    return Build(built)


def install(folder: Path) -> None:
    """Install the backend's packages."""
    shutil.copy(BACKEND / "package.json", folder)
    npm(folder, "install", "--no-package-lock")


def build_action(folder: Path) -> None:
    """Build and pack the action, and put what was packed beside the backend's program."""
    for source in source_files(ACTION):
        target = folder / "action" / source.relative_to(ACTION)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
    npm(folder / "action", "pack", f"--pack-destination={folder}")
    (packed,) = folder.glob("*.tgz")
    with tempfile.TemporaryDirectory(dir=folder) as unpacked, tarfile.open(packed) as archive:
        archive.extractall(unpacked, filter="data")
        (folder / "node_modules").mkdir()
        shutil.move(f"{unpacked}/package", folder / "node_modules" / ACTION_NAME)
    for source in source_files(BACKEND):
        shutil.copy(source, folder)


def source_files(folder: Path) -> list[Path]:
    """Return a package's files, without what was made of them."""
    made = {"node_modules", "dist"}
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not made & set(path.relative_to(folder).parts)
    )


def digest(files: Iterable[Path], *words: str) -> str:
    """Return a short name for what files hold."""
    digest = hashlib.sha256("\0".join(words).encode())
    for path in files:
        digest.update(f"\0{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def node_version() -> str:
    """Return the version of Node, for which native parts are compiled."""
    return subprocess.run(
        ["node", "--version"], check=True, capture_output=True, text=True
    ).stdout.strip()


def npm(folder: Path, *arguments: str) -> None:
    """Run npm with the settings and the cache of whoever runs the tests."""
    environment = {**os.environ, "HOME": str(real_home()), "JOBS": "max"}
    node = Path(shutil.which("node") or "").resolve()
    if (node.parent.parent / "include" / "node" / "node.h").is_file():
        # The headers are here: nothing needs to be fetched to compile against them.
        environment["npm_config_nodedir"] = str(node.parent.parent)
    options = ["--no-audit", "--no-fund", "--no-update-notifier"]
    succeed(["npm", *options, *arguments], folder, environment)


# ── The backend ──────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class DryRun:
    """What became of a dry run."""

    files: Files
    log: list[str]
    output: dict[str, Any]


@dataclass(frozen=True)
class Task:
    """A task: `completed` or `failed` once it has ended, also where it was cancelled; `error` says why."""

    status: str
    cancelled: bool
    log: list[str]
    output: dict[str, Any]
    error: str


class Refused(Exception):
    """The server answered with 400 or more; `sentences` says why."""

    def __init__(self, status: int, sentences: list[str]) -> None:
        super().__init__(f"{status}: {'; '.join(sentences)}")
        self.status = status
        self.sentences = sentences


@dataclass(frozen=True)
class Portal:
    """A backend that runs."""

    url: str
    folder: Path
    token: str = field(repr=False)

    @property
    def exports(self) -> Path:
        """Where the action `test:export` puts a project, below the `name` that it is given."""
        return self.folder / "exports"

    def dry_run(
        self,
        template: Entity,
        values: Mapping[str, Any],
        files: Mapping[str, bytes] | None = None,
    ) -> DryRun:
        """Run a template's steps dry, without a catalog; `files` stand beside the template.

        Raises Refused where the server or an action refuses the values.
        """
        contents = [
            {"path": path, "base64Content": base64.b64encode(content).decode()}
            for path, content in (files or {}).items()
        ]
        answer = self.request(
            "/api/scaffolder/v2/dry-run",
            {"template": template, "values": values, "directoryContents": contents},
        )
        return DryRun(
            {
                file["path"]: (base64.b64decode(file["base64Content"]), file["executable"])
                for file in answer["directoryContents"]
            },
            [plain(line["body"]["message"]) for line in answer["log"]],
            answer["output"],
        )

    def refused(
        self,
        template: Entity,
        values: Mapping[str, Any],
        files: Mapping[str, bytes] | None = None,
    ) -> list[str]:
        """Run dry what must be refused with 400; return the sentences of the refusal."""
        try:
            done = self.dry_run(template, values, files)
        except Refused as refusal:
            if refusal.status == 400:
                return refusal.sentences
            raise
        raise AssertionError(f"it was not refused; files: {sorted(done.files)}")

    def run_task(self, template_ref: str, values: Mapping[str, Any]) -> Task:
        """Run a template of the catalog to its end."""
        return self.wait_for_task(self.start_task(template_ref, values))

    def start_task(self, template_ref: str, values: Mapping[str, Any]) -> str:
        """Start a task as a person would; return its id. Raises Refused for wrong values."""
        self.entity(template_ref)
        body = {"templateRef": template_ref, "values": values}
        task: str = self.request("/api/scaffolder/v2/tasks", body)["id"]
        return task

    def task(self, task: str) -> Task:
        """Return how far a task is."""
        status = self.request(f"/api/scaffolder/v2/tasks/{task}")["status"]
        events = self.request(f"/api/scaffolder/v2/tasks/{task}/events")
        ends = [event["body"] for event in events if event["type"] == "completion"]
        end = ends[-1] if ends else {}
        return Task(
            status,
            any(event["type"] == "cancelled" for event in events),
            [plain(event["body"]["message"]) for event in events if event["type"] == "log"],
            end.get("output") or {},
            (end.get("error") or {}).get("message", ""),
        )

    def wait_for_task(self, task: str) -> Task:
        """Return a task that has ended."""
        end = time.monotonic() + TASK_SECONDS
        while (found := self.task(task)).status in ("open", "processing"):
            assert time.monotonic() < end, f"{task} does not end: {found}"
            time.sleep(0.2)
        return found

    def wait_for_line(self, task: str, words: str) -> None:
        """Return when a line of a task's log has these words."""
        end = time.monotonic() + TASK_SECONDS
        found = self.task(task)
        while not any(words in line for line in found.log):
            assert found.status in ("open", "processing"), f"it ended without {words!r}: {found}"
            assert time.monotonic() < end, f"no line has {words!r}: {found}"
            time.sleep(0.2)
            found = self.task(task)

    def cancel(self, task: str) -> None:
        """Cancel a task, as a person does with the button."""
        self.request(f"/api/scaffolder/v2/tasks/{task}/cancel", {})

    def entity(self, reference: str) -> dict[str, Any]:
        """Return an entity of the catalog, such as `template:default/library`, once it is there."""
        kind, _, path = reference.partition(":")
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                found: dict[str, Any] = self.request(f"/api/catalog/entities/by-name/{kind}/{path}")
            except Refused:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)
            else:
                return found

    def entities(self, kind: str) -> list[dict[str, Any]]:
        """Return the entities of a kind that the catalog holds by now."""
        answer = self.request(f"/api/catalog/entities/by-query?filter=kind={kind}")
        items: list[dict[str, Any]] = answer["items"]
        return items

    def parameter_schema(self, template_ref: str) -> dict[str, Any]:
        """Return what the form of a template is made from."""
        path = template_ref.replace(":", "/")
        kind, namespace, name = path.split("/")
        answer: dict[str, Any] = self.request(
            f"/api/scaffolder/v2/templates/{namespace}/{kind}/{name}/parameter-schema"
        )
        return answer

    def actions(self) -> dict[str, dict[str, Any]]:
        """Return the installed actions by their id."""
        return {action["id"]: action for action in self.request("/api/scaffolder/v2/actions")}

    def request(self, path: str, body: object = None) -> Any:
        """Send a request, a POST where there is a body; return the answer. Raises Refused."""
        request = urllib.request.Request(
            self.url + path,
            None if body is None else json.dumps(body).encode(),
            {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        # Without the proxies of the machine, which do not lead to loopback.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=TASK_SECONDS) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            with error:
                raise Refused(error.code, sentences(error.read())) from None


@contextmanager
def started(
    sources: Iterable[str] = (),
    trusted: Iterable[str] = (),
    *,
    copier: Mapping[str, Any] | None = None,
    locations: Iterable[Path] = (),
    configs: Iterable[Path] = (),
    features: Iterable[Path] = (),
    variables: Mapping[str, str] | None = None,
) -> Iterator[Portal]:
    """Run a backend, and end it with all that it started.

    `sources`, `trusted` and what `copier` holds are settings of the action; `locations` are files of entities,
    with which the catalog is started too; `configs` are read last, `features` are files that the backend loads.
    `variables` are added to its environment.
    """
    files = list(locations)
    token = secrets.token_hex(16)
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="portal-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        for work in ("work", "exports"):
            (folder / work).mkdir()
        settings = {
            "app": {"baseUrl": f"http://127.0.0.1:{port}"},
            "backend": {
                "baseUrl": f"http://127.0.0.1:{port}",
                "listen": {"host": "127.0.0.1", "port": port},
                "workingDirectory": str(folder / "work"),
                "auth": {
                    "externalAccess": [
                        {"type": "static", "options": {"token": token, "subject": "test"}}
                    ]
                },
            },
            "scaffolder": {
                "copier": {"sources": [*sources], "trusted": [*trusted], **(copier or {})}
            },
            "catalog": {
                "rules": [{"allow": ["Component", "Location", "Template"]}],
                "locations": [{"type": "file", "target": str(path)} for path in files],
            },
        }
        (folder / "app-config.json").write_text(json.dumps(settings))
        environment = {
            **os.environ,
            # Beside this Python are the copier and the cookiecutter that the tests use.
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "PORTAL_CATALOG": "yes" if files else "",
            "PORTAL_EXPORTS": str(folder / "exports"),
            "PORTAL_FEATURES": os.pathsep.join(map(str, features)),
            **(variables or {}),
        }
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [
                    "node",
                    "index.js",
                    "--config=app-config.yaml",
                    f"--config={folder}/app-config.json",
                    *(f"--config={path}" for path in configs),
                ],
                cwd=build().folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            portal = Portal(f"http://127.0.0.1:{port}", folder, token)
            wait_until_ready(portal, process)
            yield portal
        finally:
            end_group(process)


def wait_until_ready(portal: Portal, process: subprocess.Popen[bytes]) -> None:
    """Return when a backend takes requests; raise RuntimeError with its last lines when it does not."""
    end = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        try:
            portal.request("/.backstage/health/v1/readiness")
        except (Refused, urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
        else:
            return
    text = (portal.folder / "log").read_text("utf-8", "replace")
    lines = [plain(line) for line in text.splitlines() if "/health/v1/readiness" not in line]
    raise RuntimeError("\n".join(["the backend did not start:", *lines[-30:]]))


def end_group(process: subprocess.Popen[bytes]) -> None:
    """End a process and its group; it gets ten seconds to do so by itself."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(10)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def plain(line: str) -> str:
    """Return a line of a log without colours, and without its level."""
    return re.sub(r"\033\[[\d;]*m", "", line).removeprefix("info: ").rstrip()


def sentences(answer: bytes) -> list[str]:
    """Return what a server's refusal says: of a schema, or of an action."""
    try:
        body = json.loads(answer)
    except ValueError:
        return [answer.decode("utf-8", "replace")]
    if "errors" in body:
        return [error["stack"] for error in body["errors"]]
    return [body.get("error", body)["message"]]


def files_of(folder: Path) -> Files:
    """Return the files of a folder, as a dry run returns them."""
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), os.access(path, os.X_OK))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
