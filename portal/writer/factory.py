"""The factories: pipelines that any portal can call with answers, and that make a repository of a project."""

import re
import textwrap
from pathlib import Path
from typing import Any

import yaml
from form import Field, Form

BEGIN, END = "# What stands between", "# The end of what is written."
INPUTS_OF_GITHUB = 25  # "workflow_dispatch": at most so many.


def github_workflow(form: Form, path: Path) -> str:
    """Return the workflow with its inputs, and the template that it generates from."""
    return with_parts(path.read_text("utf-8"), github_inputs(form), template_of(form))


def gitlab_pipeline(form: Form, path: Path) -> str:
    """Return the pipeline with the template that it generates from."""
    return with_parts(path.read_text("utf-8"), template_of(form))


def github_inputs(form: Form) -> dict[str, Any]:
    """Return what GitHub asks for. Raises ValueError where it would refuse that."""
    repository = {"description": "Which repository to make?", "required": True, "type": "string"}
    inputs = {"repository": repository}
    inputs |= {field.name: github_input(field) for field in form.fields}
    if len(inputs) > INPUTS_OF_GITHUB:
        raise ValueError(f"GitHub takes {INPUTS_OF_GITHUB} inputs, not {len(inputs)}")
    return inputs


def github_input(field: Field) -> dict[str, Any]:
    """Return a field as GitHub shows it: a list, or text, whose rules only Copier checks."""
    if field.choices and field.default is not None:
        kind = {"type": "choice", "options": list(field.choices), "default": field.default}
        return {"description": field.help, **kind}
    words = field.help
    if field.choices:  # A list would begin with an answer that need not fit.
        words += f" ({' or '.join(field.choices)}; empty: what fits)"
    return {"description": words, "type": "string", "default": field.default or ""}


def template_of(form: Form) -> dict[str, str]:
    """Return where the template is, and which release of it."""
    return {"TEMPLATE": form.source, "VERSION": form.version}


def with_parts(text: str, *parts: dict[str, Any]) -> str:
    """Return a text with what stands between the marks replaced, mark by mark."""
    contents = iter(parts)

    def part(found: re.Match[str]) -> str:
        written = yaml.safe_dump(next(contents), sort_keys=False, allow_unicode=True, width=1000)
        return found[1] + textwrap.indent(written, found[2]) + found[3]

    return re.sub(
        rf"(^( *){BEGIN}[^\n]*\n).*?(^ *{END})", part, text, flags=re.DOTALL | re.MULTILINE
    )
