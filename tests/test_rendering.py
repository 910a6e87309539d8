"""Every combination of answers: the same bytes from both tools, and nothing wrong in them.

By default each combination of what Python files show, with the rest in turn; PROVE_ALL=1 takes all.
"""

import itertools
import json
import os
import shutil
import tomllib
from pathlib import Path

import pytest
import yaml
from cookiecutter.main import cookiecutter
from engines import (
    CHOICES,
    CONFIG,
    Answers,
    answers_file,
    render_with_cookiecutter,
    render_with_copier,
    succeed,
    tree,
)

PYTHON_ANSWERS = ["kind", "asyncio_mode", "loop_scope", "event_loop", "python_min"]
OTHER_ANSWERS = [name for name in CHOICES if name not in PYTHON_ANSWERS]


def combine(names: list[str]) -> list[dict[str, str]]:
    return [
        dict(zip(names, values, strict=True))
        for values in itertools.product(*(CHOICES[name] for name in names))
    ]


@pytest.fixture(scope="session")
def bare_template(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Name template/ as pre_prompt.py does, for Cookiecutter without hooks: stock portals run none."""
    folder = tmp_path_factory.mktemp("bare") / "asyncio-template"
    shutil.copytree(template, folder)
    (folder / "template").rename(folder / "{{cookiecutter.__project_slug}}")
    return folder


@pytest.fixture(scope="session")
def environment(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install what generated projects of all kinds ask for; return the folder of the programs."""
    folder = tmp_path_factory.mktemp("environment")
    succeed(["uv", "venv", "--quiet"], folder)
    for kind in CHOICES["kind"]:
        project = render_with_copier(template, {"kind": kind, "event_loop": "both"}, folder / kind)
        install = ["uv", "pip", "install", "--quiet", f"--python={folder / '.venv'}"]
        succeed([*install, "--requirements=pyproject.toml", "--group=dev"], project)
    return folder / ".venv" / "bin"


def files(project: Path) -> dict[str, bytes]:
    """Return the files of a project but the answers, which name the template's version."""
    found = {name: text for name, text in tree(project).items() if text is not None}
    found.pop(".copier-answers.yml", None)
    return found


def others(number: int) -> list[dict[str, str]]:
    """Return answers that no Python file shows: one set of them, another one for the next number.

    Each value of `ci` meets each `kind` and `python_min`, which its files show.
    """
    every = combine(OTHER_ANSWERS)
    return (
        every if os.environ.get("PROVE_ALL") else [every[(5 * number + number // 24) % len(every)]]
    )


@pytest.mark.parametrize(
    ("number", "python_answers"),
    list(enumerate(combine(PYTHON_ANSWERS))),
    ids=["-".join(answers.values()) for answers in combine(PYTHON_ANSWERS)],
)
def test_every_combination(
    number: int,
    python_answers: Answers,
    template: Path,
    bare_template: Path,
    environment: Path,
    tmp_path: Path,
) -> None:
    for other_answers in others(number):
        answers = {**python_answers, **other_answers}
        name = "-".join(other_answers.values())
        project = render_with_copier(template, answers, tmp_path / "copier" / name)
        baked = cookiecutter(
            str(bare_template),
            no_input=True,
            accept_hooks=False,
            default_config=True,
            extra_context=answers,
            output_dir=str(tmp_path / "cookiecutter" / name),
        )
        assert files(project) == files(Path(baked))
        check_files(project, answers)

    ruff = str(environment / "ruff")
    succeed([ruff, "check", "--no-cache", "."], tmp_path / "copier")
    succeed([ruff, "format", "--no-cache", "--check", "."], tmp_path / "copier")
    # Python 3.12, 3.13 and 3.14 get the same code: one of them is enough for the type checker.
    if python_answers["python_min"] in ("3.12", "3.13"):
        newest = {**python_answers, "python_min": "3.14"}
        twin = render_with_copier(template, newest, tmp_path / "newest")
        assert code(project) == code(twin)
        return
    version = f"--python-version={python_answers['python_min']}"
    interpreter = f"--python-executable={environment / 'python'}"
    cache = f"--cache-dir={environment.parent / 'mypy'}"
    succeed([str(environment / "mypy"), version, interpreter, cache], project)


@pytest.mark.parametrize("name", ["a", "a" * 50], ids=["short", "long"])
@pytest.mark.parametrize("kind", CHOICES["kind"])
def test_the_layout_is_right_whatever_the_project_is_called(
    kind: str, name: str, template: Path, environment: Path, tmp_path: Path
) -> None:
    answers = {"kind": kind, "project_name": name, "asyncio_mode": "strict"}
    project = render_with_copier(template, answers, tmp_path / "project")
    ruff = str(environment / "ruff")
    succeed([ruff, "check", "--no-cache", "."], project)
    succeed([ruff, "format", "--no-cache", "--check", "."], project)


def code(project: Path) -> dict[str, bytes]:
    """Return the Python files of a project."""
    return {name: text for name, text in files(project).items() if name.endswith(".py")}


def check_files(project: Path, answers: Answers) -> None:
    """Read each file as its reader will: nothing is half rendered, empty by mistake, or left over."""
    for name, content in tree(project).items():
        if content is None:
            assert list((project / name).iterdir()), f"{name} is empty"
            continue
        text = content.decode()
        assert "cookiecutter" not in text.replace("asyncio-template", ""), name
        assert text.endswith("\n") or name.endswith("py.typed"), name
        assert not text.endswith("\n\n"), name
        assert not any(line != line.rstrip() for line in text.splitlines()), name
        if name.endswith(".toml"):
            tomllib.loads(text)
        elif name.endswith((".yml", ".yaml")):
            yaml.safe_load(text)
        elif name.endswith(".json"):
            json.loads(text)
    assert (project / ".github").exists() == (answers["ci"] == "github")
    assert (project / ".gitlab-ci.yml").exists() == (answers["ci"] == "gitlab")
    assert (project / "catalog-info.yaml").exists() == (answers["portal"] == "backstage")
    assert (project / "LICENSE").exists()


@pytest.mark.parametrize("ci", CHOICES["ci"])
def test_cookiecutters_hooks_leave_the_tree_that_copier_leaves(
    ci: str, template: Path, tmp_path: Path
) -> None:
    project = render_with_copier(template, {"ci": ci}, tmp_path / "copier")
    twin = render_with_cookiecutter(template, {"ci": ci}, tmp_path)
    ours, theirs = tree(project), tree(twin)
    assert ours.keys() == theirs.keys()
    differ = [name for name in ours if ours[name] != theirs[name]]
    assert differ == [] or differ == [".copier-answers.yml"]


@pytest.mark.parametrize("kind", CHOICES["kind"])
@pytest.mark.parametrize("python_min", CHOICES["python_min"])
@pytest.mark.parametrize(
    ("ci", "file", "schema"),
    [
        ("github", ".github/workflows/ci.yml", "vendor.github-workflows"),
        ("github", ".github/workflows/template-update.yml", "vendor.github-workflows"),
        ("gitlab", ".gitlab-ci.yml", "vendor.gitlab-ci"),
        ("none", "renovate.json", "vendor.renovate"),
    ],
)
def test_files_for_services_follow_their_schemas(
    ci: str, file: str, schema: str, python_min: str, kind: str, template: Path, tmp_path: Path
) -> None:
    answers = {"ci": ci, "python_min": python_min, "kind": kind}
    project = render_with_copier(template, answers, tmp_path / "project")
    # GitLab's `!reference` and variables are its own; the other two need no transform.
    transform = ["--data-transform", "gitlab-ci"] if ci == "gitlab" else []
    succeed(["check-jsonschema", "--builtin-schema", schema, *transform, file], project)
    text = (project / file).read_text()
    if ci != "none" and "template-update" not in file:
        runs_on = [v for v in CHOICES["python_min"] if f'"{v}"' in text]
        assert runs_on == CHOICES["python_min"][CHOICES["python_min"].index(python_min) :]


def test_the_oldest_tools_that_are_supported_render_the_same(
    template: Path, tmp_path: Path
) -> None:
    project = render_with_copier(template, {}, tmp_path / "newest")
    copy = f"uvx copier@{CONFIG['_min_copier_version']} copy --defaults --skip-tasks"
    succeed([*copy.split(), str(template), "copier"], tmp_path)
    bake = "uvx cookiecutter@2.5.0 --no-input --default-config"
    succeed([*bake.split(), str(template), "prove=false"], tmp_path)
    assert files(tmp_path / "copier") == files(tmp_path / "my-project") == files(project)
    assert answers_file(tmp_path / "my-project")["prove"] is False
