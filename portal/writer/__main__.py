"""Write what follows from copier.yml: cookiecutter.json, and what portals read.

Without --write it compares, and ends with a sentence where a file is not what copier.yml says.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

PORTAL = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PORTAL.parent / "hooks"))

import yaml
from cards import card, location
from factory import github_workflow, gitlab_pipeline
from form import load_form
from port import action
from prompts import cookiecutter_json
from questions import ROOT, load_config
from schema import answers_schema

HEAD = "# Written from copier.yml by `python portal/writer --write`.\n"


def as_json(content: Any) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


class Dumper(yaml.SafeDumper):
    """Writes a list of words in one line."""

    def represent_sequence(
        self, tag: str, sequence: Any, flow_style: bool | None = None
    ) -> yaml.SequenceNode:
        """Return a list; this is called for each."""
        words = all(isinstance(item, str) and " " not in item for item in sequence)
        return super().represent_sequence(tag, sequence, flow_style=words)


def as_yaml(content: Any) -> str:
    text = yaml.dump(content, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=120)
    return HEAD + text


def files() -> dict[Path, str]:
    """Return what each file must hold. Raises ValueError for what a portal cannot say."""
    form = load_form()
    written = {
        ROOT / "cookiecutter.json": as_json(cookiecutter_json()),
        PORTAL / "answers.schema.json": as_json(answers_schema(form)),
        PORTAL / "port" / "action.json": as_json(action(form)),
    }
    for stock, folder in (False, PORTAL / "catalog"), (True, PORTAL / "catalog" / "stock"):
        written[folder / "catalog-info.yaml"] = as_yaml(location(stock))
        for kind in load_config()["kind"]["choices"].values():
            written[folder / f"{kind}.yaml"] = as_yaml(card(kind, stock))
    factories: dict[Path, Callable[..., str]] = {
        PORTAL / "github" / "new-project.yml": github_workflow,
        PORTAL / "gitlab" / "new-project.gitlab-ci.yml": gitlab_pipeline,
    }
    return written | {path: factory(form, path) for path, factory in factories.items()}


def main() -> None:
    """Write the files, or compare them."""
    try:
        written = files()
    except ValueError as error:
        sys.exit(f"copier.yml: {error}")
    if "--write" in sys.argv:
        for path, text in written.items():
            path.write_text(text, "utf-8")
        return
    differing = [
        str(path.relative_to(ROOT))
        for path, text in written.items()
        if not path.exists() or path.read_text("utf-8") != text
    ]
    if differing:
        sys.exit(
            f"{', '.join(differing)}: not what copier.yml says. Run python portal/writer --write"
        )


if __name__ == "__main__":
    main()
