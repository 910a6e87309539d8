"""cookiecutter.json: the questions as Cookiecutter's prompts."""

from typing import Any

from jinja2.sandbox import SandboxedEnvironment
from questions import is_computed, load_config, questions


def cookiecutter_json() -> dict[str, Any]:
    """Return the content of cookiecutter.json."""
    context: dict[str, Any] = {}
    prompts: dict[str, Any] = {}
    for name, question in questions(load_config()).items():
        default = question["default"]
        if isinstance(default, str):
            default = in_namespace(default)
        labels = {value: label for label, value in question.get("choices", {}).items()}
        prompt: Any = question.get("help")
        if default in labels:
            default = sorted(labels, key=lambda choice: choice != default)
            prompt = {"__prompt__": question["help"], **labels}
        elif labels:
            # Cookiecutter's lists cannot begin with a choice that follows from another answer.
            prompt = "\n    ".join([question["help"], *labels.values(), "Type one"])
        context[name] = default
        if not is_computed(question):
            prompts[name] = prompt
    return context | {"_jinja2_env_vars": jinja_options(), "__prompts__": prompts}


def jinja_options() -> dict[str, bool]:
    """Return the options of Jinja that Cookiecutter takes from its context."""
    return {k: v for k, v in load_config()["_envops"].items() if k != "undefined"}


def in_namespace(template: str) -> str:
    """Return a Jinja template with `name` written as Cookiecutter wants it: `cookiecutter.name`."""
    names = {name.removeprefix("__"): name for name in questions(load_config())}
    text = previous = ""
    for _, kind, value in SandboxedEnvironment().lex(template):
        known = kind == "name" and value in names and previous != "."
        text += f"cookiecutter.{names[value]}" if known else value
        previous = value
    return text
