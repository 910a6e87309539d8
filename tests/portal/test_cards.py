"""The cards, in a real Backstage: each makes what `copier copy` makes, by our action and by the stock one."""

import copy
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from cards import card
from engines import (
    CONFIG,
    REPOSITORY,
    TEXTS,
    Answers,
    answers_file,
    commit,
    copier_command,
    git,
    render_with_copier,
    replace,
    succeed,
    tree,
)
from jsonschema import Draft7Validator
from test_answers import HOSTILE, JINJA, REFUSED, check_carried

from portal.backstage import Entity, Files, Portal, files_of, started

CATALOG = REPOSITORY / "portal" / "catalog"
KINDS = list(CONFIG["kind"]["choices"].values())
STOCK = pytest.mark.parametrize("stock", [False, True], ids=["action", "stock"])
REPOSITORY_URL = {"repoUrl": "github.com?owner=acme&repo=demo"}
LEAST = {"project_name": "demo", "package_name": "demo"}
OWNED = {**LEAST, "portal": "backstage", "portal_owner": "team-a"}
ANSWERS: dict[str, dict[str, str]] = {
    "nothing": {},
    "names": {
        "project_name": "Mail Sender 2.0",
        "package_name": "mailer",
        "description": "It sends 'mail' to \"you\" \\ 🚀",
        "author_name": "Zoë & Sons <mail>",
        "author_email": "o'a+b@example.com",
        "license": "Apache-2.0",
        "ci": "gitlab",
        "portal": "backstage",
        "portal_owner": "group:default/team-a",
    },
    "tests": {
        **LEAST,
        "asyncio_mode": "strict",
        "loop_scope": "session",
        "event_loop": "both",
        "python_min": "3.13",
        "ci": "none",
        "portal": "none",
        "license": "Proprietary",
    },
}


@pytest.fixture(scope="session")
def contents(repository: Path) -> dict[str, bytes]:
    """Return what stands beside a card of the stock action: the contents of template/."""
    return {
        f"template/{name}": content
        for name, content in tree(repository / "template").items()
        if content is not None
    }


Make = Callable[[str, bool, Answers], Files]


@pytest.fixture
def make(portal: Portal, repository: Path, contents: dict[str, bytes]) -> Make:
    """Run a card with what was answered; return the files."""

    def run_card(kind: str, stock: bool, values: Answers) -> Files:
        template = entity(kind, stock, repository)
        return portal.dry_run(template, {**values, **REPOSITORY_URL}, contents).files

    return run_card


def entity(kind: str, stock: bool, source: Path) -> Entity:
    """Return a card as it is written, but for the address and the release of the template."""
    found = copy.deepcopy(card(kind, stock))
    given = found["spec"]["steps"][0]["input"]
    if stock:
        given["url"] = "./template"
        given["values"] |= {"__src_path": str(source), "__commit": "v1.0.0"}
    else:
        given |= {"url": str(source), "ref": "v1.0.0"}
    return found


def filled_in(kind: str, stock: bool, answers: Answers) -> dict[str, str]:
    """Return what the front end sends: the form's defaults, and what a person answered."""
    defaults = {
        name: field["default"]
        for page in card(kind, stock)["spec"]["parameters"]
        for name, field in page["properties"].items()
        if "default" in field
    }
    return {**defaults, **answers}


def write(files: Files, folder: Path) -> Path:
    """Write what a dry run made."""
    for name, (content, executable) in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(0o755 if executable else 0o644)
    return folder


# ── What the cards make ──


@STOCK
@pytest.mark.parametrize(
    ("kind", "name"),
    [(kind, name) for kind in KINDS for name in ANSWERS if name != "nothing" or kind == "worker"],
)
def test_a_card_makes_what_copier_makes(
    kind: str,
    name: str,
    stock: bool,
    make: Make,
    repository: Path,
    tmp_path: Path,
) -> None:
    """The first answers come through the API, which knows no defaults; the others through a form."""
    values = filled_in(kind, stock, ANSWERS[name]) if ANSWERS[name] else dict(LEAST)
    made = make(kind, stock, values)
    given = {name: value for name, value in values.items() if name in CONFIG and value}
    project = render_with_copier(repository, {"kind": kind, **given}, tmp_path / "project")
    twin = files_of(project)
    ours, theirs = (yaml.safe_load(f.pop(".copier-answers.yml")[0]) for f in (made, twin))
    assert made == twin
    assert len(made) > 30
    if stock:  # It knows nothing of the proof, nor of questions that are not asked.
        ours["prove"] = True
        theirs.setdefault("portal_owner", "unknown")
    assert ours == theirs


@pytest.mark.parametrize(("kind", "stock"), [("library", True), ("worker", False)])
def test_a_project_that_a_portal_made_is_updated(
    kind: str,
    stock: bool,
    make: Make,
    repository: Path,
    tmp_path: Path,
) -> None:
    values = filled_in(kind, stock, ANSWERS["names"])
    project = write(make(kind, stock, values), tmp_path / "project")
    newer = tmp_path / "newer"
    git(tmp_path, "clone", "--quiet", str(repository), str(newer))
    replace(newer / "template" / "README.md", "\n## Work on it\n", "\n## Work with it\n")
    git(commit(newer), "tag", "v1.1.0")
    answers = (project / ".copier-answers.yml").read_text("utf-8")
    (project / ".copier-answers.yml").write_text(answers.replace(str(repository), str(newer)))
    replace(project / "README.md", "\n## Get the template's fixes\n", "\n## Mine\n")
    update = copier_command("update", "--trust", "--defaults", "--data=prove=false")
    succeed(update, commit(project))
    given = {name: answers_file(project)[name] for name in values if name in CONFIG}
    fresh = render_with_copier(newer, {**given, "kind": kind, "prove": "false"}, tmp_path / "fresh")
    replace(fresh / "README.md", "\n## Get the template's fixes\n", "\n## Mine\n")
    shutil.rmtree(project / ".git")
    ours, theirs = files_of(project), files_of(fresh)
    for files in (ours, theirs):
        files.pop(".copier-answers.yml")
    assert ours == theirs
    assert answers_file(project) == answers_file(fresh)


# ── What people type ──


VALUES = HOSTILE | JINJA


def refused(name: str, case: str, stock: bool) -> bool:
    if case == "empty":  # Asks for the default, which our action leaves to Copier.
        return name not in ("author_name", "author_email", *(["package_name"] * (not stock)))
    return case in JINJA or case in REFUSED[name]


@STOCK
@pytest.mark.parametrize("name", TEXTS)
def test_the_server_refuses_what_the_validator_refuses(
    name: str, stock: bool, portal: Portal, repository: Path
) -> None:
    template = entity("library", stock, repository)
    values = filled_in("library", stock, OWNED) | REPOSITORY_URL
    for case in VALUES:
        if refused(name, case, stock):
            (sentence, *_) = portal.refused(template, {**values, name: VALUES[case]})
            owner = name == "portal_owner"  # To the server, one of several forms of the page.
            where = "instance does not meet dependency" if owner else f"instance.{name} "
            assert sentence.startswith(where), (case, sentence)


def rows() -> list[dict[str, str]]:
    """Return answers in which each field has, in some row, each hostile value that is allowed there."""
    allowed = {
        name: [VALUES[case] for case in VALUES if not refused(name, case, stock=True)]
        for name in TEXTS
    }
    count = max(map(len, allowed.values()))
    return [
        {name: values[row] for name, values in allowed.items() if row < len(values)}
        for row in range(count)
    ]


@pytest.mark.parametrize(
    ("row", "stock"),
    [
        (row, stock)
        for row in range(len(rows()))
        for stock in (False, True)
        if stock == bool(row % 2) or os.environ.get("PROVE_ALL")
    ],
)
def test_what_is_not_refused_arrives_as_text(
    row: int,
    stock: bool,
    make: Make,
    tmp_path: Path,
) -> None:
    """By default the two ways in turn; PROVE_ALL=1 takes both for each row."""
    answers = {**OWNED, **rows()[row]}
    made = make("library", stock, filled_in("library", stock, answers))
    shown = {name: value for name, value in answers.items() if value}
    check_carried(write(made, tmp_path / "project"), shown)


@pytest.mark.parametrize("portal_answer", [{}, {"portal": "none"}])
def test_a_value_that_no_form_asks_for_is_not_rendered(portal_answer: Answers, make: Make) -> None:
    """The server checks an owner only where the form asks for one; the stock action renders what it is given."""
    values = {**LEAST, **portal_answer, "portal_owner": JINJA["jinja-call"]}
    made = make("library", True, values)
    assert yaml.safe_load(made[".copier-answers.yml"][0])["portal_owner"] == "unknown"


# ── What the catalog takes ──


@pytest.fixture(scope="module")
def component(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Path:
    """Generate a project that a portal lists."""
    folder = tmp_path_factory.mktemp("component") / "project"
    answers = {**ANSWERS["names"], "project_name": "true", "package_name": "demo"}
    return render_with_copier(repository, {"kind": "worker", **answers}, folder)


@pytest.fixture(scope="module")
def catalog(node: None, component: Path) -> Iterator[Portal]:
    """Start a backend that registers the cards as they are, and a project."""
    locations = [CATALOG / "catalog-info.yaml", CATALOG / "stock" / "catalog-info.yaml"]
    with started(locations=[*locations, component / "catalog-info.yaml"]) as portal:
        yield portal


def test_the_catalog_takes_the_cards_and_a_project(catalog: Portal) -> None:
    for kind in KINDS:
        for stock in (False, True):
            written = card(kind, stock)
            found = catalog.entity(f"template:default/{written['metadata']['name']}")
            assert found["spec"] == written["spec"]
            form = catalog.parameter_schema(f"template:default/{written['metadata']['name']}")
            titles = [page["title"] for page in form["steps"]]
            assert titles == [*CONFIG["_portal"]["pages"], "Repository"]
    project = catalog.entity("component:default/true")
    assert project["spec"] == {
        "type": "service",
        "lifecycle": "experimental",
        "owner": "group:default/team-a",
    }


def test_the_actions_of_the_cards_are_there_and_take_their_input(catalog: Portal) -> None:
    installed = catalog.actions()
    for kind in KINDS:
        for stock in (False, True):
            for step in card(kind, stock)["spec"]["steps"]:
                schema = installed[step["action"]]["schema"]["input"]
                Draft7Validator(schema).validate(step["input"])
