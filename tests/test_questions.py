"""The questions: one source, the same words in both tools, defaults that work."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pexpect
import pytest
from answers import source
from engines import (
    CHOICES,
    CONFIG,
    TEXTS,
    Answers,
    answers_file,
    cookiecutter_command,
    copier_command,
    render_with_cookiecutter,
    render_with_copier,
    run,
    succeed,
    tree,
)

ASKED = [*TEXTS, *CHOICES]


def test_help_is_short_and_choices_say_what_they_mean() -> None:
    for name in ASKED:
        question = CONFIG[name]
        assert len(question["help"]) < 80
        assert question["help"].endswith(("?", ")"))
        for label, value in question.get("choices", {}).items():
            assert value in label
            assert len(label) < 72  # One line at a terminal of 80 columns.


# ── Asked at a terminal ──────────────────────────────────────────────────────


def test_copier_asks_each_question_with_its_words(repository: Path, tmp_path: Path) -> None:
    command = copier_command("copy", "--skip-tasks", repository, "demo")
    child = pexpect.spawn(
        *(command[0], command[1:]),
        cwd=str(tmp_path),
        # pexpect does not answer when the prompt asks where the cursor is.
        env={**os.environ, "PROMPT_TOOLKIT_NO_CPR": "1"},
        encoding="utf-8",
        timeout=30,
    )
    for name in [n for n in CONFIG if n in ASKED and n != "portal_owner"]:
        child.expect_exact(CONFIG[name]["help"])
        child.send("\r")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert answers_file(tmp_path / "demo")["package_name"] == "my_project"


def test_cookiecutter_asks_each_question_with_the_same_words(
    repository: Path, tmp_path: Path
) -> None:
    command = cookiecutter_command("--default-config", repository)
    child = pexpect.spawn(command[0], command[1:], cwd=str(tmp_path), encoding="utf-8", timeout=30)
    for name in [n for n in CONFIG if n in ASKED]:
        child.expect_exact(CONFIG[name]["help"])
        for label in CONFIG[name].get("choices", {}):
            child.expect_exact(label)
        child.send("\r")
    child.expect_exact(CONFIG["prove"]["help"])
    child.send("n\r")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert answers_file(tmp_path / "my-project")["prove"] is False


# ── Defaults that follow from another answer ─────────────────────────────────


@pytest.mark.parametrize("tool", [render_with_copier, render_with_cookiecutter])
@pytest.mark.parametrize(
    ("answers", "loop_scope"),
    [
        ({"kind": "library"}, "function"),
        ({"kind": "service"}, "session"),
        ({"kind": "worker"}, "session"),
        ({"kind": "library", "loop_scope": "session"}, "session"),
        ({"kind": "service", "loop_scope": "function"}, "function"),
        ({"kind": "worker", "loop_scope": "function"}, "function"),
    ],
    ids=lambda value: "-".join(value.values()) if isinstance(value, dict) else value,
)
def test_the_loop_scope_follows_the_kind_unless_it_is_chosen(
    answers: Answers,
    loop_scope: str,
    tool: Callable[[Path, Answers, Path], Path],
    template: Path,
    tmp_path: Path,
) -> None:
    project = tool(template, answers, tmp_path / "project")
    configuration = (project / "pyproject.toml").read_text("utf-8")
    assert configuration.count(f'loop_scope = "{loop_scope}"') == 2
    assert answers_file(project)["loop_scope"] == loop_scope


def test_the_kind_is_asked_first() -> None:
    assert next(name for name in CONFIG if not name.startswith("_")) == "kind"


@pytest.mark.parametrize("tool", [render_with_copier, render_with_cookiecutter])
@pytest.mark.parametrize(("portal", "owner"), [("none", None), ("backstage", "unknown")])
def test_an_owner_is_recorded_only_where_a_portal_asks_for_one(
    portal: str,
    owner: str | None,
    tool: Callable[[Path, Answers, Path], Path],
    template: Path,
    tmp_path: Path,
) -> None:
    project = tool(template, {"portal": portal}, tmp_path / "project")
    assert answers_file(project).get("portal_owner") == owner


# ── Defaults of the person's own ─────────────────────────────────────────────


def test_copier_takes_the_authors_name_from_the_persons_settings(
    repository: Path, tmp_path: Path
) -> None:
    (tmp_path / "settings.yml").write_text(
        "defaults:\n  author_name: Ada Lovelace\n  author_email: ada@example.com\n"
    )
    env = {**os.environ, "COPIER_SETTINGS_PATH": str(tmp_path / "settings.yml")}
    command = copier_command("copy", "--defaults", "--skip-tasks", repository, "demo")
    succeed(command, tmp_path, env)
    answers = answers_file(tmp_path / "demo")
    assert (answers["author_name"], answers["author_email"]) == ("Ada Lovelace", "ada@example.com")


def test_cookiecutter_takes_it_from_the_persons_configuration(
    repository: Path, tmp_path: Path
) -> None:
    config = {
        "default_context": {"author_name": "Ada Lovelace", "author_email": "ada@example.com"},
        "replay_dir": str(tmp_path / "replay"),
    }
    (tmp_path / "config.yml").write_text(json.dumps(config))
    arguments = ("--no-input", "--config-file", tmp_path / "config.yml", repository, "prove=false")
    succeed(cookiecutter_command(*arguments), tmp_path)
    answers = answers_file(tmp_path / "my-project")
    assert (answers["author_name"], answers["author_email"]) == ("Ada Lovelace", "ada@example.com")


def test_trust_in_the_settings_replaces_the_flag(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "settings.yml").write_text(f"trust:\n  - {repository}\n")
    env = {**os.environ, "COPIER_SETTINGS_PATH": str(tmp_path / "settings.yml")}
    command = copier_command("copy", "--defaults", "--data=prove=false", repository, "demo")
    refused = run(command, tmp_path)
    assert refused.returncode == 4
    assert "tasks" in refused.stderr
    assert list(tree(tmp_path)) == ["settings.yml"]
    succeed(command, tmp_path, env)


# ── Where a project comes from ───────────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "recorded"),
    [
        ("gh:acme/asyncio-template", "https://github.com/acme/asyncio-template.git"),
        ("gl:acme/asyncio-template", "https://gitlab.com/acme/asyncio-template.git"),
        ("https://git.example.com/a.git", "https://git.example.com/a.git"),
        ("git@git.example.com:a.git", "git@git.example.com:a.git"),
        ("/templates/asyncio-template", "/templates/asyncio-template"),
        (".", None),
    ],
)
def test_the_recorded_source_is_one_that_update_bots_read(
    typed: str, recorded: str | None, repository: Path, tmp_path: Path
) -> None:
    """No network: git is told to find every such URL in the local repository."""
    assert source(typed, [str(repository)]) == (recorded or str(repository))
    if not typed.startswith(("gh:", "gl:", "https:")):
        return
    (tmp_path / "gitconfig").write_text(
        f'[url "file://{repository}"]\n'
        + "".join(f"  insteadOf = {url}\n" for url in (recorded, (recorded or "")[:-4]))
    )
    env = {**os.environ, "GIT_CONFIG_GLOBAL": str(tmp_path / "gitconfig")}
    succeed(copier_command("copy", "--defaults", "--skip-tasks", typed, "demo"), tmp_path, env)
    assert answers_file(tmp_path / "demo")["_src_path"] == recorded


@pytest.mark.parametrize("tool", ["copier", "cookiecutter"])
def test_a_relative_path_is_recorded_as_an_absolute_one(
    tool: str, repository: Path, tmp_path: Path
) -> None:
    if tool == "copier":
        command = copier_command("copy", "--defaults", "--skip-tasks", ".", tmp_path / "my-project")
    else:
        command = cookiecutter_command("--no-input", ".", "-o", tmp_path, "prove=false")
    succeed(command, repository, {**os.environ, "PWD": str(repository)})
    answers = answers_file(tmp_path / "my-project")
    assert answers["_src_path"] == str(repository)
    assert answers["_commit"] == "v1.0.0"


def test_cookiecutter_from_a_folder_without_git_records_no_version(
    template: Path, tmp_path: Path
) -> None:
    succeed(cookiecutter_command("--no-input", template, "prove=false"), tmp_path)
    assert "_commit" not in answers_file(tmp_path / "my-project")
