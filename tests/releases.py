"""The releases of this repository, found in its history: a clone may lack their tags."""

import shutil
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import yaml
from engines import FOLDERS, REPOSITORY, commit, export_template, git


def version_at(revision: str) -> str:
    """Return the version that stands in a commit's pyproject.toml."""
    text = git(REPOSITORY, "show", f"{revision}:pyproject.toml")
    version: str = tomllib.loads(text)["project"]["version"]
    return version


@cache
def releases() -> dict[str, str]:
    """Return the commit of each release, the oldest first.

    It is the first whose CHANGELOG.md has an entry for the version in pyproject.toml, and the one
    that the release workflow tags.
    """
    log = ["log", "--reverse", "--format=%H", "--", "pyproject.toml", "CHANGELOG.md"]
    found: dict[str, str] = {}
    for revision in git(REPOSITORY, *log).split():
        try:
            changelog = git(REPOSITORY, "show", f"{revision}:CHANGELOG.md")
            version = version_at(revision)
        except subprocess.CalledProcessError:
            continue  # One of the two files was not there yet.
        if f"## [{version}]" in changelog:
            found.setdefault(version, revision)
    assert found, "no release is in the history: this clone is too shallow (git fetch --unshallow)"
    return found


def kinds(version: str) -> list[str]:
    """Return the kinds of project that a release offers."""
    config = yaml.safe_load(git(REPOSITORY, "show", f"{releases()[version]}:copier.yml"))
    return list(config["kind"]["choices"].values())


def rebuild(folder: Path) -> tuple[Path, str]:
    """Clone the repository with a tag on each release, and one on the working tree; return clone and newest tag."""
    git(folder, "clone", "--quiet", str(REPOSITORY), "asyncio-template")
    clone = folder / "asyncio-template"
    for tag in git(clone, "tag").split():
        git(clone, "tag", "--delete", tag)
    for version, revision in releases().items():
        git(clone, "tag", f"v{version}", revision)
    for name in FOLDERS:
        shutil.rmtree(clone / name, ignore_errors=True)
    newest = f"v{list(releases())[-1]}.post1"
    git(commit(export_template(clone)), "tag", newest)
    return clone, newest
