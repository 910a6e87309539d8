"""The factories: their shells make the project that `copier copy` makes, whatever the answers hold.

What cannot be had here: GitHub and GitLab. The programs `uvx` and `gh` on the path of these tests run the Copier
that is installed, and note how they were called; pushes go to real repositories on the disk.
"""

import base64
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
import yaml
from engines import REPOSITORY, TEXTS, git, render_with_copier, run, succeed, tree
from servers import debian_program
from test_answers import HOSTILE, JINJA, REFUSED, check_carried

GITHUB = REPOSITORY / "portal" / "github" / "new-project.yml"
GITLAB = REPOSITORY / "portal" / "gitlab" / "new-project.gitlab-ci.yml"
VALUES = HOSTILE | JINJA
Shell = Callable[[str, dict[str, str]], CompletedProcess[str]]


@pytest.fixture
def shell(tmp_path: Path, repository: Path) -> Shell:
    """Run a text as the runners of both do, in a folder of its own."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "jq").symlink_to(debian_program("jq", "jq"))
    for name, line in {
        "uvx": f'exec {sys.executable} -m "$@"',
        "gh": f'printf "%s\\n" "$@" >> {tmp_path}/gh; env | grep ^GH_TOKEN >> {tmp_path}/gh',
        "python": "true",  # `pip install uv`, which this machine has.
    }.items():
        (programs / name).write_text(f"#!/bin/sh\n{line}\n")
        (programs / name).chmod(0o755)
    (tmp_path / "work").mkdir()

    def run_text(text: str, variables: dict[str, str]) -> CompletedProcess[str]:
        env = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", **variables}
        env |= {"TEMPLATE": str(repository), "VERSION": "v1.0.0"}
        # GitHub: `bash -e`; GitLab: the same, with pipefail.
        return run(["bash", "-eo", "pipefail", "-c", text], tmp_path / "work", env)

    return run_text


def github_steps() -> dict[str, dict[str, Any]]:
    steps = yaml.safe_load(GITHUB.read_text("utf-8"))["jobs"]["new-project"]["steps"]
    return {step["name"]: step for step in steps if "run" in step}


def github_generates(shell: Shell, answers: dict[str, str]) -> CompletedProcess[str]:
    step = github_steps()["Generate and prove"]
    assert step["env"] == {"INPUTS": "${{ toJSON(inputs) }}"}
    # GitHub gives every input, those that nobody filled in as empty texts.
    inputs = dict.fromkeys(TEXTS, "") | {"repository": "demo", "prove": "false"} | answers
    return shell(step["run"], {"INPUTS": json.dumps(inputs, indent=2, ensure_ascii=False)})


def gitlab_script(job: str) -> str:
    jobs = yaml.safe_load(GITLAB.read_text("utf-8"))
    return "\n".join(jobs[job]["script"])


def gitlab_generates(shell: Shell, answers: dict[str, str]) -> CompletedProcess[str]:
    text = json.dumps({"prove": "false", **answers}, ensure_ascii=False)
    return shell(gitlab_script("generate"), {"ANSWERS": base64.b64encode(text.encode()).decode()})


FACTORIES = pytest.mark.parametrize("factory", [github_generates, gitlab_generates])
Factory = Callable[[Shell, dict[str, str]], CompletedProcess[str]]


@FACTORIES
def test_the_project_is_the_one_that_copier_makes(
    factory: Factory, shell: Shell, repository: Path, tmp_path: Path
) -> None:
    answers = {"kind": "worker", "project_name": "Mail Sender", "ci": "gitlab", "portal": "none"}
    done = factory(shell, answers)
    assert done.returncode == 0, done.stderr
    twin = render_with_copier(repository, {**answers, "prove": "false"}, tmp_path / "twin")
    assert tree(tmp_path / "work" / "project") == tree(twin)


@FACTORIES
def test_hostile_values_reach_copier_as_they_are(
    factory: Factory, shell: Shell, tmp_path: Path
) -> None:
    (tmp_path / "programs" / "uvx").write_text("#!/bin/sh\n")
    for value in VALUES.values():
        if value and value != HOSTILE["surrogate"]:  # A text in UTF-8 has no surrogate.
            assert factory(shell, dict.fromkeys(TEXTS, value)).returncode == 0
            answers = json.loads((tmp_path / "work" / "answers.json").read_text("utf-8"))
            assert answers == dict.fromkeys(TEXTS, value) | {"prove": "false"}
    assert {path.name for path in (tmp_path / "work").iterdir()} == {"answers.json"}


@FACTORIES
@pytest.mark.parametrize(
    "case", ["single-quote", "dollar", "backslash", "newline", "option", "emoji", "jinja-call"]
)
def test_hostile_values_are_refused_or_arrive_as_text(
    case: str, factory: Factory, shell: Shell, tmp_path: Path
) -> None:
    """All fields at once. Each value reaches Copier, as seen above; test_answers.py tries each with Copier."""
    refused = {name for name in TEXTS if case in JINJA or case in REFUSED[name]}
    right = {name: VALUES[case] for name in TEXTS if name not in refused}
    if refused:
        done = factory(shell, {"portal": "backstage", **dict.fromkeys(refused, VALUES[case])})
        assert done.returncode != 0
    if right:
        if "project_name" in right:
            right["package_name"] = "demo"
        right["portal"] = "backstage"
        done = factory(shell, right)
        assert done.returncode == 0, done.stderr
        check_carried(tmp_path / "work" / "project", right)
    made = {"answers.json", "project"} if right else {"answers.json"}
    assert {path.name for path in (tmp_path / "work").iterdir()} == made


@pytest.mark.parametrize("name", ["demo", "--push", "a b; touch evil", "$(touch evil)", "`id`"])
def test_github_publishes_with_the_token_and_only_then(
    name: str, shell: Shell, tmp_path: Path
) -> None:
    github_generates(shell, {})
    publish = github_steps()["Publish"]
    assert publish["env"]["GH_TOKEN"] == "${{ secrets.FACTORY_TOKEN }}"
    variables = {"REPOSITORY": name, "GH_TOKEN": "s3cret", "GITHUB_REPOSITORY_OWNER": "acme"}
    done = shell(f"cd {publish['working-directory']}\n{publish['run']}", variables)
    assert done.returncode == 0, done.stderr
    called = (tmp_path / "gh").read_text().splitlines()
    assert called == [
        *("auth", "setup-git", "GH_TOKEN=s3cret"),
        *("repo", "create", f"acme/{name}", "--private", "--source", ".", "--push"),
        "GH_TOKEN=s3cret",
    ]
    assert not list(tmp_path.rglob("evil"))
    project = tmp_path / "work" / "project"
    assert git(project, "log", "--format=%s") == "Generate the project\n"
    assert git(project, "status", "--porcelain") == ""


@pytest.mark.parametrize("name", ["demo", "--force", "a b; touch evil", "$(touch evil)"])
def test_gitlab_pushes_to_the_group(name: str, shell: Shell, tmp_path: Path) -> None:
    gitlab_generates(shell, {})
    remote = tmp_path / "remotes" / "acme" / f"{name}.git"
    succeed(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(remote)], tmp_path)
    url = f"url.file://{tmp_path}/remotes/.insteadOf"
    variables = {"FACTORY_TOKEN": "s3cret", "CI_SERVER_HOST": "git.example.com", "PROJECT": name}
    variables |= {"CI_PROJECT_NAMESPACE": "acme", "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": url}
    variables |= {"GIT_CONFIG_VALUE_0": "https://oauth2:s3cret@git.example.com/"}
    done = shell(gitlab_script("publish"), variables)
    assert done.returncode == 0, done.stderr
    assert git(remote, "log", "--format=%s", "main") == "Generate the project\n"
    assert not list(tmp_path.rglob("evil"))


def test_gitlab_refuses_what_is_not_base64(shell: Shell, tmp_path: Path) -> None:
    done = shell(gitlab_script("generate"), {"ANSWERS": '{"description": "$FACTORY_TOKEN"}'})
    assert done.returncode != 0
    assert "invalid input" in done.stderr
    assert not (tmp_path / "work" / "project").exists()


def test_the_factories_follow_their_schemas(tmp_path: Path) -> None:
    check = ["check-jsonschema", "--builtin-schema"]
    succeed([*check, "vendor.github-workflows", str(GITHUB)], tmp_path)
    succeed([*check, "vendor.gitlab-ci", "--data-transform", "gitlab-ci", str(GITLAB)], tmp_path)


def test_no_answer_is_part_of_the_shells_text() -> None:
    for step in github_steps().values():
        assert "${{" not in step["run"]


def test_github_asks_for_what_the_schema_names() -> None:
    # YAML 1.1 reads the key `on` as true.
    inputs = yaml.safe_load(GITHUB.read_text("utf-8"))[True]["workflow_dispatch"]["inputs"]
    schema = json.loads((REPOSITORY / "portal" / "answers.schema.json").read_text("utf-8"))
    assert set(inputs) == {"repository", *schema["properties"]}


def test_port_sends_what_the_workflow_takes() -> None:
    action = json.loads((REPOSITORY / "portal" / "port" / "action.json").read_text("utf-8"))
    inputs = yaml.safe_load(GITHUB.read_text("utf-8"))[True]["workflow_dispatch"]["inputs"]
    asked = action["trigger"]["userInputs"]
    assert set(asked["properties"]) == set(asked["order"]) == set(inputs)
    sent = action["invocationMethod"]["workflowInputs"]
    assert sent == {name: f'{{{{ .inputs.{name} // "" }}}}' for name in inputs}
