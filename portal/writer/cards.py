"""The cards of Backstage: a Template entity for each kind and each way to render, and their Locations."""

import json
import re
from typing import Any

import yaml
from form import Field, Form, load_form
from prompts import in_namespace, jinja_options
from questions import ROOT, is_computed, load_config, questions

Entity = dict[str, Any]

# What this portal answers unless a person says otherwise.
DEFAULTS = {"portal": "backstage"}


def card(kind: str, stock: bool) -> Entity:
    """Return the Template entity of a kind, for our action or for the stock fetch:cookiecutter.

    Raises ValueError where Backstage's catalog would refuse it.
    """
    form = load_form(kind=kind)
    shown = form.cards[kind]
    for tag in shown["tags"]:
        if not re.fullmatch(r"[a-z0-9+#]+(-[a-z0-9+#]+)*", tag) or len(tag) > 63:
            raise ValueError(f"_portal.cards.{kind}.tags: Backstage takes no tag like {tag!r}")
    publish = yaml.safe_load((ROOT / "portal" / "publish.yaml").read_text("utf-8"))
    generate = stock_step(form, kind) if stock else copier_step(form, kind)
    verdict = NOT_PROVEN if stock else "${{ steps.generate.output.verdict }}"
    name = f"asyncio-{kind}{'-stock' if stock else ''}"
    return {
        "apiVersion": "scaffolder.backstage.io/v1beta3",
        "kind": "Template",
        "metadata": {"name": name, **shown},
        "spec": {
            "type": kind,
            "parameters": [*(page(*item, stock) for item in form.pages.items()), publish["page"]],
            "steps": [generate, *publish["steps"]],
            "output": {
                "links": publish["links"],
                "text": [{"title": "Proof", "content": verdict}],
            },
        },
    }


NOT_PROVEN = (
    "Not proven: this portal ran no test of the project. `uv run pytest` runs its tests; "
    "`python hooks/proof.py PROJECT`, in a clone of the template, proves it."
)


# ── The form ──

# What the form says of a wrong text, after the field's name: the help below the field says what is right.
REFUSALS = {
    "pattern": "cannot be written like this",
    "not": "is reserved, for Python, Windows or a package that projects install: choose another",
}


def page(title: str, fields: list[Field], stock: bool) -> dict[str, Any]:
    """Return a page; a field with a condition comes up when the other one has its value."""
    content: dict[str, Any] = {"title": title}
    if required := [field.name for field in fields if is_required(field, stock)]:
        content["required"] = required
    content["properties"] = {f.name: property_of(f, stock) for f in fields if f.condition is None}
    for field in fields:
        if field.condition is None:
            continue
        other = next((f for f in fields if f.name == field.condition.field), None)
        if other is None:
            raise ValueError(
                f"{field.name}: Backstage asks it on the page of {field.condition.field}"
            )
        shown = field.condition.values
        hidden = [value for value in other.choices if value not in shown]
        asked: dict[str, Any] = {
            "properties": {
                other.name: {"enum": list(shown)},
                field.name: property_of(field, stock),
            }
        }
        if "default" not in asked["properties"][field.name]:
            asked["required"] = [field.name]
        content["dependencies"] = {
            other.name: {"oneOf": [{"properties": {other.name: {"enum": hidden}}}, asked]}
        }
    return content


def is_required(field: Field, stock: bool) -> bool:
    """Whether a field must be filled in: with the stock action nothing checks a name that follows from another."""
    return field.is_name and (stock or field.default is not None)


def property_of(field: Field, stock: bool) -> dict[str, Any]:
    """Return a field as Backstage shows it, and as its server checks it."""
    default = DEFAULTS.get(field.name, field.default)
    if field.choices:
        # A description would be below the choices; the title is above them, and too long for the
        # review. Neither shows Markdown.
        return {
            "title": field.help,
            "type": "string",
            **field.schema,
            "enumNames": [label.replace("`", "") for label in field.choices.values()],
            "ui:widget": "radio",
            "ui:backstage": {"review": {"name": field.title}},
            "default": default,
        }
    content: dict[str, Any] = {"title": field.title, "description": field.help, "type": "string"}
    content |= field.schema if is_required(field, stock) else field.optional_schema
    content["errorMessage"] = {word: REFUSALS[word] for word in REFUSALS if word in field.schema}
    if field.rule == "owner":
        content["ui:field"] = "OwnerPicker"
        content["ui:options"] = {"catalogFilter": {"kind": ["Group", "User"]}}
        default = None  # It is no group of the catalog.
        content["errorMessage"]["pattern"] += f". {field.allowed}"  # The widget shows no help.
    else:
        content["ui:help"] = field.allowed
    if default is not None:
        content["default"] = default
    elif field.rule != "owner" and not is_required(field, stock):
        # A placeholder would not be seen before somebody clicks into the field.
        content["ui:help"] += " Left empty, it follows from the name."
    return content


# ── The step that generates ──


def copier_step(form: Form, kind: str) -> dict[str, Any]:
    """Return the step of our action: Copier itself works out what is left empty."""
    values = {field.name: f"${{{{ parameters.{field.name} }}}}" for field in form.fields}
    return {
        "id": "generate",
        "name": "Generate and prove",
        "action": "copier:copy",
        "input": {"url": form.source, "ref": form.version, "values": {"kind": kind, **values}},
    }


def stock_step(form: Form, kind: str) -> dict[str, Any]:
    """Return the step of fetch:cookiecutter, which renders the contents of template/ and nothing else.

    It knows no question: each name that the contents use must be in the values, in the order in which one
    follows from another. Backstage would run `{%`, so that Jinja is inside a text for `${{ }}`.
    """
    values: dict[str, Any] = {}
    asked = {field.name: field for field in form.fields}
    for name, question in questions(load_config()).items():
        if name in asked or is_computed(question):
            answer = f"{checked_answer(asked[name])} or " if name in asked else ""
            default = json.dumps(in_namespace(question["default"]))
            values[name] = f"${{{{ {answer}{default} }}}}"
    return {
        "id": "generate",
        "name": "Generate",
        "action": "fetch:cookiecutter",
        "input": {
            "url": form.contents,
            "values": {
                "kind": kind,
                **values,
                "__src_path": form.source,
                "__commit": form.version,
                "_jinja2_env_vars": jinja_options(),
            },
        },
    }


def checked_answer(field: Field) -> str:
    """Return the expression of an answer that the server has checked, as it does where the form asks for it."""
    answer = f"parameters.{field.name}"
    if field.condition is None:
        return answer
    values = json.dumps(field.condition.values)
    return f"({answer} if parameters.{field.condition.field} in {values})"


# ── What registers them ──


def location(stock: bool) -> Entity:
    """Return the Location that registers the cards of all kinds."""
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Location",
        "metadata": {
            "name": f"asyncio-template{'-stock' if stock else ''}",
            "description": "Cards that make Python asyncio projects.",
        },
        "spec": {
            "targets": [f"./{kind}.yaml" for kind in load_config()["kind"]["choices"].values()]
        },
    }
