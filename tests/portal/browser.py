"""A real Backstage front end, installed and built once from npm, and a person in headless Chromium."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from caches import cache, locked, made_once, real_home
from engines import succeed
from servers import debian_program

from portal.backstage import Portal, digest, node_version, npm, source_files, started

FRONTEND = Path(__file__).parent / "frontend"
BUILT = ("package.json", "src", "public")
FEATURES = (
    "@backstage/plugin-app-backend",
    "@backstage/plugin-auth-backend",
    "@backstage/plugin-auth-backend-module-guest-provider",
)
PERSON_SECONDS = 900


def frontend() -> Path:
    """Return the folder of the front end; install and build it if that was not done yet."""
    sources = [file for file in source_files(FRONTEND) if is_built(file)]
    with locked(cache("portal") / "frontend") as folder:
        built = folder / digest(sources, node_version())
        made_once(built, build)
    return built


def is_built(file: Path) -> bool:
    """Whether the front end is made of a file."""
    return file.relative_to(FRONTEND).parts[0] in BUILT


def build(folder: Path) -> None:
    """Install the packages with the yarn that they ask for, and build."""
    for name in BUILT:
        copy = shutil.copytree if (FRONTEND / name).is_dir() else shutil.copy
        copy(FRONTEND / name, folder / name)
    wanted = json.loads((FRONTEND / "package.json").read_text("utf-8"))["packageManager"]
    version = wanted.removeprefix("yarn@")
    npm(folder, "install", f"--prefix={folder}/yarn", f"@yarnpkg/cli-dist@{version}")
    yarn = folder / "yarn" / "node_modules" / "@yarnpkg" / "cli-dist" / "bin" / "yarn.js"
    (folder / "yarn.lock").touch()  # It says that this is a project of its own.
    node(folder, yarn, "install")
    node(folder, "node_modules/@backstage/cli/bin/backstage-cli", "package", "build")
    shutil.rmtree(folder / "cache")
    # The backend looks for the package beside its own.
    (folder / "node_modules" / "app").symlink_to("..")


def node(folder: Path, program: str | Path, *arguments: str) -> None:
    """Run a program of Node's that must succeed."""
    env = {
        **os.environ,
        "HOME": str(real_home()),  # Its settings may name a registry.
        "YARN_ENABLE_IMMUTABLE_INSTALLS": "0",  # Else it wants a lock file on CI.
        "YARN_ENABLE_TELEMETRY": "0",
        "YARN_GLOBAL_FOLDER": str(folder / "cache"),
        "YARN_NODE_LINKER": "node-modules",
    }
    succeed(["node", str(program), *arguments], folder, env)


@contextmanager
def with_frontend(source: Path, locations: Iterable[Path]) -> Iterator[Portal]:
    """Run a portal as people see it; it may use and trusts a template."""
    modules = frontend() / "node_modules"
    with started(
        [str(source)],
        [str(source)],
        locations=locations,
        configs=[FRONTEND / "app-config.yaml"],
        features=[modules / name / "dist" / "index.cjs.js" for name in FEATURES],
        variables={"NODE_ENV": "development"},  # Else nobody is a guest.
    ) as portal:
        yield portal


def drive(portal: Portal, wishes: Mapping[str, Any], pictures: Path) -> dict[str, Any]:
    """Let a person make a project; return what was on the screen. The pictures go to a folder."""
    task = {
        "url": portal.url,
        "chromium": str(debian_program("chromium", "chromium")),
        "pictures": str(pictures),
        **wishes,
    }
    done = subprocess.run(
        ["node", str(FRONTEND / "person.cjs"), json.dumps(task)],
        env={**os.environ, "NODE_PATH": str(frontend() / "node_modules")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PERSON_SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{done.stderr}\n{portal.url}: see {pictures}/last.png"
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


def reduce_colours(picture: Path, target: Path) -> None:
    """Write a picture with few colours: a third of the bytes, and nobody sees it."""
    pngquant = str(debian_program("pngquant", "pngquant"))
    target.parent.mkdir(parents=True, exist_ok=True)
    command = [pngquant, "--force", "--strip", "--speed=1", f"--output={target}", "64"]
    subprocess.run([*command, str(picture)], check=True)
