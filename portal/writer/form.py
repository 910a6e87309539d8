"""The questions of copier.yml as a form: fields on pages, whatever portal shows them."""

import re
import tomllib
from dataclasses import dataclass
from typing import Any

from jinja2 import UndefinedError
from jinja2.sandbox import SandboxedEnvironment
from questions import COPIERS_OWN, ROOT, environment, is_computed, load_config
from rules import Schema, load_rule, with_empty

Config = dict[str, Any]


@dataclass(frozen=True)
class Condition:
    """When a field is shown: another field has one of these values."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Field:
    """A question: what a portal shows, and what its server must enforce."""

    name: str
    title: str
    help: str
    default: str | None  # None where it follows from an answer that is not known yet.
    choices: dict[str, str]  # The label of each value; empty for free text.
    rule: str  # The macro in hooks/rules.jinja; empty for choices.
    allowed: str  # What that says of a wrong answer; empty for choices.
    schema: Schema
    condition: Condition | None = None

    @property
    def optional_schema(self) -> Schema:
        """Return the schema of an answer that may be empty where the default follows from others."""
        return with_empty(self.schema) if self.default is None and self.rule else self.schema

    @property
    def is_name(self) -> bool:
        """Whether some words are reserved."""
        return "not" in self.schema


@dataclass(frozen=True)
class Form:
    """What to ask, in pages, and where the template is."""

    source: str
    contents: str
    factory: str
    version: str
    pages: dict[str, list[Field]]
    cards: dict[str, dict[str, Any]]

    @property
    def fields(self) -> list[Field]:
        """Return the fields of all pages."""
        return [field for page in self.pages.values() for field in page]


def load_form(config: Config | None = None, **known: str) -> Form:
    """Return the form for answers that are known beforehand, such as the kind of a card.

    Raises ValueError, with a sentence, for what no form can show, and for a question that is on no page.
    """
    config = config or load_config()
    env = environment(config)
    portal = config["_portal"]
    check_pages(config)
    pages = {
        title: [
            load_field(config, env, name, label, known)
            for name, label in labels.items()
            if name not in known
        ]
        for title, labels in portal["pages"].items()
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    version = f"v{project['version']}"
    contents = portal["contents"].format(version=version)
    return Form(portal["source"], contents, portal["factory"], version, pages, portal["cards"])


def check_pages(config: Config) -> None:
    """Raise ValueError unless each question that everybody is asked is on a page."""
    asked = {
        name
        for name, question in config.items()
        if not name.startswith("_")
        and name not in COPIERS_OWN
        and not is_computed(question)
        and question.get("ask", True)
    }
    shown = {name for labels in config["_portal"]["pages"].values() for name in labels}
    if differing := asked ^ shown:
        raise ValueError(f"_portal.pages and the questions differ: {', '.join(sorted(differing))}")


def load_field(
    config: Config, env: SandboxedEnvironment, name: str, title: str, known: dict[str, str]
) -> Field:
    """Return a question as a field."""
    question = config[name]
    if question["type"] != "str" or question.get("multiselect"):
        raise ValueError(f"{name}: a form has text and single choices, not {question['type']}")
    default = known_default(question, env, known)
    condition = load_condition(config, name)
    choices = {value: label for label, value in question.get("choices", {}).items()}
    if choices:
        schema: Schema = {"enum": list(choices)}
        return Field(name, title, question["help"], default, choices, "", "", schema, condition)
    validator = question.get("validator", "")
    try:
        rule, schema = load_rule(validator, env)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    allowed = env.from_string(validator).render({name: "{{"}).strip()
    return Field(name, title, question["help"], default, {}, rule, allowed, schema, condition)


def known_default(question: Config, env: SandboxedEnvironment, known: dict[str, str]) -> str | None:
    """Return a default, or None where it follows from an answer that is not known."""
    try:
        return env.from_string(question["default"]).render(known)
    except UndefinedError:
        return None


def load_condition(config: Config, name: str) -> Condition | None:
    """Return the condition under which a question is asked."""
    when = config[name].get("when")
    if when is None:
        return None
    test = re.fullmatch(r"\{\{ (\w+) (==|!=) '(.*)' \}\}", when)
    if test is None or "choices" not in config.get(test[1], {}):
        raise ValueError(f"{name}: a form cannot say when: {when}")
    values = [v for v in config[test[1]]["choices"].values() if (v == test[3]) == (test[2] == "==")]
    return Condition(test[1], tuple(values))
