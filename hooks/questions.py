"""The questions of copier.yml, and the check of Cookiecutter's answers.

PyYAML and Jinja2 come with Cookiecutter.
"""

import functools
import json
from pathlib import Path
from typing import Any

import yaml
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

ROOT = Path(__file__).resolve().parent.parent
# Cookiecutter makes this namespace itself, and it cannot render into a repository that is there.
COPIERS_OWN = ("cookiecutter", "adopt", "guard")


@functools.cache
def load_config() -> dict[str, Any]:
    """Return copier.yml, in its order: settings under `_name`, questions under `name`. It is read once."""
    config: dict[str, Any] = yaml.safe_load((ROOT / "copier.yml").read_text("utf-8"))
    return config


def is_computed(question: dict[str, Any]) -> bool:
    """Whether nobody is asked: the value follows from the other answers."""
    return question.get("when") is False


def is_hidden(question: dict[str, Any], answers: dict[str, Any]) -> bool:
    """Whether other answers make a question needless; Cookiecutter asks it all the same."""
    when = environment(load_config()).from_string(str(question.get("when", True)))
    return when.render(answers) == "False"


def questions(config: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the questions under Cookiecutter's names: `__name` for what is computed."""
    return {
        f"__{name}" if is_computed(question) else name: question
        for name, question in config.items()
        if not name.startswith("_") and name not in COPIERS_OWN
    }


def environment(config: dict[str, Any]) -> SandboxedEnvironment:
    """Return a Jinja environment with the options of copier.yml."""
    options = {**config["_envops"], "undefined": StrictUndefined}
    return SandboxedEnvironment(loader=FileSystemLoader(ROOT), **options)


def load_answers(text: str) -> dict[str, Any]:
    """Return Cookiecutter's context from JSON; before its version 2.7, `prove=false` came as a string."""
    answers: dict[str, Any] = json.loads(text)
    for name, question in questions(load_config()).items():
        if question["type"] == "bool" and answers[name] in ("true", "false"):
            answers[name] = answers[name] == "true"
    return answers


def refusals(answers: dict[str, Any]) -> list[str]:
    """Return a sentence for each wrong answer: `question: what is allowed`."""
    config = load_config()
    env = environment(config)
    values = {name.removeprefix("__"): value for name, value in answers.items()}
    found = []
    for name, question in questions(config).items():
        value = answers[name]
        choices = list(question.get("choices", {}).values())
        if is_computed(question):
            right = env.from_string(question["default"]).render(values)
            sentence = "" if value == right else question["validator"]
        elif choices and value not in choices:
            sentence = f"Choose one of {', '.join(choices)}."
        elif type(value).__name__ != question["type"]:
            sentence = f"Give a value of type {question['type']}."
        else:
            validator = env.from_string(question.get("validator", ""))
            sentence = validator.render(values).strip()
        if sentence:
            found.append(f"{name}: {sentence}")
    return found
