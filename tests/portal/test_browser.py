"""A person in a browser: signs in to a real portal, chooses a card, fills its form, and gets a proven project.

It takes minutes, and more than a gigabyte for the front end: it is run where PORTAL_BROWSER is 1. Where PORTAL_PICTURES
is 1 too, the pictures that docs/portals.md shows are taken again.
"""

import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from engines import REPOSITORY, commit_template, render_with_copier
from servers import install

from portal.backstage import files_of
from portal.browser import drive, reduce_colours, with_frontend

CATALOG = REPOSITORY / "portal" / "catalog"
PICTURES = REPOSITORY / "docs" / "pictures"
CARDS = ["Python asyncio library", "Python asyncio service", "Python asyncio worker"]
# What publish:github would answer.
REMOTE_URL = "https://github.com/${{ (parameters.repoUrl | parseRepoUrl).owner }}/new"


@pytest.mark.skipif(
    os.environ.get("PORTAL_BROWSER") != "1",
    reason="it takes minutes and a gigabyte: set PORTAL_BROWSER=1 to run it",
)
def test_a_person_makes_a_project(node: None, tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    wanted = os.environ.get("PORTAL_PICTURES") == "1"
    if wanted:
        install("fonts-liberation")
    source, entities = register(tmp_path)
    wishes = {
        "card": "Python asyncio service",
        "refused": {"project_name": "my project!", "package_name": "json"},
        "project_name": "Parcel tracker",
        "author_name": "Jo O'Neil",
        "license": "Apache-2.0",
        "asyncio_mode": "strict",
        "owner": "Parcels",
        "repository": {"owner": "acme", "name": "parcel-tracker"},
    }
    with with_frontend(source, entities) as portal:
        seen = drive(portal, wishes, pictures)

        assert seen["cards"] == CARDS
        refused = seen["refused"].splitlines()
        assert "'Name' cannot be written like this" in refused
        assert (
            "A letter first, then letters, digits, spaces and . _ - (ASCII, up to 50)." in refused
        )
        reserved = (
            "is reserved, for Python, Windows or a package that projects install: choose another"
        )
        assert f"'Package' {reserved}" in refused
        assert seen["owner_of_none"] is False
        assert seen["owner_of_backstage"] is True
        assert seen["review"] == {
            "Name": "Parcel tracker",
            "Package": "",
            "Description": "A Python service built on asyncio.",
            "Author": "Jo O'Neil",
            "Email": "",
            "License": "Apache-2.0 - as MIT, with a grant of patents",
            "Asyncio mode": "strict - marked ones only; choose it beside trio or anyio tests",
            "Loop scope": "session - one loop for the whole run, for resources that tests share",
            "Event loop": "asyncio - the standard library's",
            "Oldest Python": "Python 3.11",
            "Checks": "github - GitHub Actions",
            "Portal": "backstage - Backstage, which reads catalog-info.yaml",
            "Owner": "group:default/parcels",
            "Where it goes": "github.com?owner=acme&repo=parcel-tracker",
        }
        log = "\n".join(seen["log"])
        for step in ("environment", "suite", "refusals", "lint and types"):
            assert f"✓ {step} " in log
        assert seen["proof"].startswith("Proven in ")
        assert seen["proof"].endswith(" s: the suite passes, and wrong tests turn it red.")
        assert seen["proof"] in log
        assert seen["links"] == ["https://github.com/acme/new"]

        answers = {
            "kind": "service",
            "project_name": "Parcel tracker",
            "author_name": "Jo O'Neil",
            "license": "Apache-2.0",
            "asyncio_mode": "strict",
            "portal": "backstage",
            "portal_owner": "group:default/parcels",
        }
        direct = render_with_copier(source, answers, tmp_path / "direct")
        assert files_of(portal.exports / "Parcel tracker") == files_of(direct)
    if wanted:
        for picture in pictures.glob("*.png"):
            reduce_colours(picture, PICTURES / picture.name)


def register(folder: Path) -> tuple[Path, list[Path]]:
    """Return a clone of the template, and what the catalog holds: teams, and the cards.

    These are as they are, but for where the template is, and for what only GitHub can do.
    """
    source = folder / "asyncio-template"
    cards = folder / "catalog"
    cards.mkdir()
    for file in CATALOG.glob("*.yaml"):
        entity = yaml.safe_load(file.read_text("utf-8"))
        if entity["kind"] == "Template":
            spec = entity["spec"]
            generate = spec["steps"][0]
            generate["input"]["url"] = str(source)
            export = {"name": "${{ parameters.project_name }}"}
            publish = {"id": "publish", "name": "Publish", "action": "test:export", "input": export}
            spec["steps"] = [generate, publish]
            spec["output"]["links"][0]["url"] = REMOTE_URL
            version = generate["input"]["ref"]
        (cards / file.name).write_text(yaml.safe_dump(entity, sort_keys=False), "utf-8")
    commit_template(source, tag=version)
    teams = folder / "teams.yaml"
    teams.write_text(yaml.safe_dump_all(map(team, ("Parcels", "Payments"))), "utf-8")
    return source, [teams, cards / "catalog-info.yaml"]


def team(title: str) -> dict[str, Any]:
    """Return a group of the catalog, which may own a project."""
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Group",
        "metadata": {"name": title.lower()},
        "spec": {"type": "team", "profile": {"displayName": title}, "children": []},
    }
