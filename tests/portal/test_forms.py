"""The forms of portals: they are what copier.yml says, and their rules are those of the answers."""

import copy
import json
import re
import shutil
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from cards import card, property_of
from engines import CONFIG, REPOSITORY, TEXTS, export_template, replace, run, succeed, tree
from factory import github_inputs
from form import load_form
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from questions import environment
from test_answers import HOSTILE, JINJA

PORTAL = REPOSITORY / "portal"
FIELDS = {field.name: field for field in load_form().fields}
SCHEMA = json.loads((PORTAL / "answers.schema.json").read_text("utf-8"))


# ── One source ──


def test_what_is_written_is_what_copier_yml_says() -> None:
    succeed([sys.executable, "portal/writer"], REPOSITORY)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Copy what the writer reads and writes."""
    folder = export_template(tmp_path / "asyncio-template")
    shutil.copy(REPOSITORY / "pyproject.toml", folder)
    ignore = shutil.ignore_patterns("backstage", "__pycache__")
    shutil.copytree(PORTAL, folder / "portal", ignore=ignore)
    return folder


def test_a_difference_is_a_sentence(copied: Path) -> None:
    (copied / "cookiecutter.json").write_text("{}\n")
    replace(copied / "portal" / "github" / "new-project.yml", "TEMPLATE: https", "TEMPLATE: http")
    done = run([sys.executable, "-B", "portal/writer"], copied)
    assert done.returncode == 1
    assert done.stderr == (
        "cookiecutter.json, portal/github/new-project.yml: not what copier.yml says. "
        "Run python portal/writer --write\n"
    )
    succeed([sys.executable, "-B", "portal/writer", "--write"], copied)
    written = (copied / "cookiecutter.json").read_bytes()
    assert written == (REPOSITORY / "cookiecutter.json").read_bytes()


def test_the_writer_ends_with_a_sentence_where_a_portal_cannot_say_something(copied: Path) -> None:
    replace(copied / "copier.yml", "tags: [python, asyncio, queue]", "tags: [Python 3]")
    before = tree(copied)
    done = run([sys.executable, "-B", "portal/writer", "--write"], copied)
    assert done.returncode == 1
    assert done.stderr == (
        "copier.yml: _portal.cards.worker.tags: Backstage takes no tag like 'Python 3'\n"
    )
    assert tree(copied) == before


def test_every_question_is_on_a_page() -> None:
    asked = [
        name
        for name, question in CONFIG.items()
        if not name.startswith("_") and question.get("when") is not False and "ask" not in question
    ]
    assert set(asked) - {"guard"} == set(FIELDS)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda config: config.update(extra={"type": "str", "default": ""}),
            "_portal.pages and the questions differ: extra",
        ),
        (
            lambda config: config["ci"].update(type="float"),
            "ci: a form has text and single choices, not float",
        ),
        (
            lambda config: config["license"].update(multiselect=True),
            "license: a form has text and single choices, not str",
        ),
        (
            lambda config: config["description"].update(validator="{% if x %}no{% endif %}"),
            "description: its validator cannot be said in JSON Schema: {% if x %}no{% endif %}",
        ),
        (
            lambda config: config["description"].pop("validator"),
            "description: its validator cannot be said in JSON Schema: ",
        ),
        (
            lambda config: config["portal_owner"].update(when="{{ portal | length > 4 }}"),
            "portal_owner: a form cannot say when: {{ portal | length > 4 }}",
        ),
    ],
)
def test_what_no_form_can_say_is_a_sentence(
    change: Callable[[dict[str, Any]], None], sentence: str
) -> None:
    config = copy.deepcopy(CONFIG)
    change(config)
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        load_form(config)


def test_github_takes_so_many_inputs_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("factory.INPUTS_OF_GITHUB", 5)
    with pytest.raises(ValueError, match="GitHub takes 5 inputs, not 15"):
        github_inputs(load_form())


# ── The rules ──


ENVIRONMENT = environment(CONFIG)
VALIDATORS = {name: ENVIRONMENT.from_string(CONFIG[name]["validator"]) for name in TEXTS}


def accepted_by_copier(name: str, text: str) -> bool:
    """Whether the question's own validator accepts a text, or its default takes its place."""
    sentence = VALIDATORS[name].render({name: text}).strip()
    return not sentence or (text == "" and FIELDS[name].default is None)


def accepted_by_schema(name: str, text: str) -> bool:
    return Draft202012Validator(FIELDS[name].optional_schema).is_valid(text)


def strange_texts() -> st.SearchStrategy[str]:
    """Give texts near the border: characters that a rule knows, in any order, and any others."""
    pieces = ["a", "Z", "7", " ", ".", "_", "-", "@", "/", ":", "{{", "{", "%", "#", "\n", "test_"]
    pieces += ["group:", "user:", "con", "PyTest", "json", "\u00a0", "\ufeff", "\u212a", "🚀", "ß"]
    return st.lists(st.sampled_from(pieces), max_size=8).map("".join) | st.text(max_size=210)


@pytest.mark.parametrize("name", TEXTS)
@settings(deadline=None)
@given(text=strange_texts())
def test_a_pattern_accepts_what_the_validator_accepts(name: str, text: str) -> None:
    assert accepted_by_schema(name, text) == accepted_by_copier(name, text)


def borderline_characters() -> list[str]:
    """Return ASCII, Latin, and what looks like a space, is none to see, or is ASCII in another case."""
    characters = [chr(code) for code in range(sys.maxunicode + 1)]
    return [
        c
        for c in characters
        if c < "\u0180"
        or unicodedata.category(c) in ("Zs", "Zl", "Zp", "Cc", "Cf")
        or c in "\ud800\udbff\udc00\udfff"
        or c.lower().isascii()
        or c.upper().isascii()
    ]


@pytest.mark.parametrize("name", TEXTS)
def test_every_character_is_judged_alike_wherever_it_stands(name: str) -> None:
    right = "a@cc.dd" if name == "author_email" else "abcd"
    for c in borderline_characters():
        for text in (c + right, right[0] + c + right[1:], right + c):
            assert accepted_by_schema(name, text) == accepted_by_copier(name, text), repr(text)


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("case", HOSTILE | JINJA)
def test_hostile_values_are_judged_alike(name: str, case: str) -> None:
    text = (HOSTILE | JINJA)[case]
    assert accepted_by_schema(name, text) == accepted_by_copier(name, text)


def test_every_reserved_name_is_refused() -> None:
    words: Any = ENVIRONMENT.get_template("hooks/rules.jinja").module
    for slug in words.devices + words.distributions:
        for name in (slug, slug.upper(), slug.replace("-", " - "), slug.replace("-", "_")):
            assert not accepted_by_schema("project_name", name)
    assert accepted_by_schema("project_name", "pytest-helper")
    for word in words.standard_library + words.installed:
        assert not accepted_by_schema("package_name", word)


# ── The schema of the answers ──


def test_the_schema_is_one_of_draft_2020_12() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == Draft202012Validator.META_SCHEMA["$id"]


def test_the_schema_takes_right_answers_and_refuses_wrong_ones() -> None:
    check = Draft202012Validator(SCHEMA)
    assert check.is_valid({})
    assert check.is_valid({"project_name": "Demo", "kind": "worker", "loop_scope": "session"})
    for wrong in ({"kind": "spaceship"}, {"project_name": ""}, {"adopt": True}, {"ci": 1}):
        assert not check.is_valid(wrong)


# ── The cards ──


@pytest.mark.parametrize("stock", [False, True])
@pytest.mark.parametrize("kind", CONFIG["kind"]["choices"].values())
def test_a_card_asks_what_its_kind_leaves_open(kind: str, stock: bool) -> None:
    entity = card(kind, stock)
    folder = PORTAL / "catalog" / ("stock" if stock else "")
    assert yaml.safe_load((folder / f"{kind}.yaml").read_text("utf-8")) == entity
    *pages, repository = entity["spec"]["parameters"]
    properties = {name: p for page in pages for name, p in page["properties"].items()}
    assert set(properties) == set(FIELDS) - {"kind", "portal_owner"}
    owned = pages[-1]["dependencies"]["portal"]["oneOf"][1]
    assert set(owned["properties"]) == {"portal", "portal_owner"}
    assert owned["required"] == ["portal_owner"]
    assert repository["required"] == ["repoUrl"]
    scope = "function" if kind == "library" else "session"
    assert properties["loop_scope"]["default"] == scope
    assert "default" not in properties["package_name"]
    step = entity["spec"]["steps"][0]
    given = step["input"]["values"]
    assert given["kind"] == kind
    source, form = CONFIG["_portal"]["source"], load_form()
    if stock:  # What `copier update` will need, which Copier records by itself.
        assert (given["__src_path"], given["__commit"]) == (source, form.version)
    else:
        assert (step["input"]["url"], step["input"]["ref"]) == (source, form.version)
    assert set(FIELDS) <= set(given)


@pytest.mark.parametrize("name", TEXTS)
def test_a_wrong_text_is_refused_with_words_instead_of_a_pattern(name: str) -> None:
    words = property_of(FIELDS[name], stock=False)["errorMessage"]
    assert set(words) == set(FIELDS[name].schema) & {"pattern", "not"}


def test_a_question_is_above_its_choices_and_short_in_the_review() -> None:
    shown = property_of(FIELDS["asyncio_mode"], stock=False)
    assert shown["title"] == "Which tests run on an event loop?"
    assert shown["enumNames"][0] == "auto - every async def test, no mark needed"
    assert shown["ui:backstage"] == {"review": {"name": "Asyncio mode"}}
