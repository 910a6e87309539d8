"""What Copier does in the end of a rendering, done for Cookiecutter: the answers file, no empty folders."""

import contextlib
import os
import subprocess
from pathlib import Path
from typing import Any

import yaml
from questions import is_computed, is_hidden, load_config, questions

ABBREVIATIONS = {"gh": "https://github.com/{}.git", "gl": "https://gitlab.com/{}.git"}

KNOWN = ("https://github.com/", "https://gitlab.com/", "git://", "git+")


def write_answers(answers: dict[str, Any], repository: Path) -> None:
    """Write `.copier-answers.yml` into the current folder, so that `copier update` works there.

    `answers` is Cookiecutter's context, `repository` its copy of the template.
    """
    asked = questions(load_config())
    known = {
        name: answers[name]
        for name, question in asked.items()
        if not is_computed(question) and not is_hidden(question, answers)
    }
    known["adopt"] = False  # Only Copier can be asked for that; it writes this too.
    # Cookiecutter does not say where it was started; a relative path starts at one of these.
    known["_src_path"] = source(
        answers["_template"], [os.environ.get("PWD", ""), answers["_output_dir"]]
    )
    if commit := describe(repository):
        known["_commit"] = commit
    text = yaml.dump(known, indent=4, allow_unicode=True, default_flow_style=False)
    (template,) = (repository / "{{cookiecutter.__project_slug}}").glob("*answers_file*")
    head = template.read_text("utf-8").partition("\n")[0]
    Path(".copier-answers.yml").write_text(f"{head}\n{text}", "utf-8")


def source(template: str, folders: list[str]) -> str:
    """Return where the template came from: a full URL, which update bots read, or an absolute path.

    `template` is what the person typed. A relative path is looked for in `folders`, and stays as it is when
    no template is found there.
    """
    prefix, _, rest = template.partition(":")
    if prefix in ABBREVIATIONS:
        return ABBREVIATIONS[prefix].format(rest.lstrip("/"))
    if "://" in template and not template.startswith(KNOWN) and not template.endswith(".git"):
        return f"git+{template}"  # Else Copier would not see that it is a git repository.
    for folder in folders:
        path = Path(folder, template).expanduser().resolve()
        if (path / "copier.yml").is_file():
            return str(path)
    return template


def describe(repository: Path) -> str:
    """Return the template's version as Copier names it, or nothing where git knows none."""
    command = ["git", "-C", str(repository), "describe", "--tags", "--always"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip()


def remove_empty_folders() -> None:
    """Remove the folders of template/ that this project does not need; Cookiecutter makes them all."""
    for folder in (".github/workflows", ".github"):
        with contextlib.suppress(OSError):
            os.rmdir(folder)
