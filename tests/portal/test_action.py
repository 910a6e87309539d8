"""The action copier:copy, in a real Backstage."""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from engines import answers_file, commit, copier_command, git, run, succeed

from portal.backstage import ACTION, Files, Portal, Refused, build, files_of, started

CARD: dict[str, Any] = {
    "apiVersion": "scaffolder.backstage.io/v1beta3",
    "kind": "Template",
    "metadata": {"name": "any", "title": "Any template"},
    "spec": {
        "type": "library",
        "owner": "group:default/guests",
        "parameters": {"required": ["url"], "properties": {"url": {"type": "string"}}},
        "steps": [
            {
                "id": "generate",
                "action": "copier:copy",
                "input": {
                    "url": "${{ parameters.url }}",
                    "ref": "${{ parameters.ref }}",
                    "values": "${{ parameters.answers }}",
                },
            },
            {
                "id": "export",
                "action": "test:export",
                "if": "${{ isDryRun !== true }}",
                "input": {"name": "${{ parameters.export }}"},
            },
        ],
        "output": {
            "version": "${{ steps.generate.output.version }}",
            "proven": "${{ steps.generate.output.proven }}",
            "verdict": "${{ steps.generate.output.verdict }}",
        },
    },
}
ANY = "template:default/any"
ANSWERS = {
    "kind": "service",
    "package_name": "",  # Copier works it out.
    "description": "$(id) `id` 'one' \\n \\u2028 # : %41",
    "author_name": 'Zoë O\'Hara "😀" & Söhne',
    "ci": "gitlab",
}


@pytest.fixture(scope="module")
def stranger(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clone the template to where it is allowed, and not trusted."""
    folder = tmp_path_factory.mktemp("stranger") / "asyncio-template"
    git(Path(), "clone", "--quiet", str(repository), str(folder))
    return folder


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder for the backend's temporary files."""
    return tmp_path_factory.mktemp("scratch")


MARK = f"ASYNCIO_TEMPLATE_STEP_SECONDS={600 + os.getpid() / 1e7:.7f}"


@pytest.fixture(scope="module")
def tasks(
    node: None,
    repository: Path,
    stranger: Path,
    scratch: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Portal]:
    """Start a backend with a card that takes any template; its processes are marked."""
    card = tmp_path_factory.mktemp("card") / "card.yaml"
    card.write_text(yaml.safe_dump(CARD))
    name, _, value = MARK.partition("=")
    with started(
        [str(repository), f"{stranger.parent}/"],
        [str(repository)],
        locations=[card],
        variables={"TMPDIR": str(scratch), name: value},
    ) as portal:
        yield portal


def by_command(template: Path, answers: dict[str, str], folder: Path) -> Files:
    """Generate with the command line; return the files."""
    data = [f"--data={name}={value}" for name, value in answers.items() if value]
    command = copier_command("copy", "--defaults", "--skip-tasks", *data, template, folder)
    succeed(command, folder.parent)
    return files_of(folder)


def marked() -> list[str]:
    """Return the commands of the processes that a backend's tasks started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            variables = (folder / "environ").read_bytes().decode().split("\0")
            command = (folder / "cmdline").read_bytes().decode().replace("\0", " ")
        except OSError:
            continue
        if MARK in variables and "index.js" not in command:
            found.append(command)
    return found


def test_its_own_tests_pass(node: None) -> None:
    tests = [f"dist/{path.stem}.js" for path in sorted(ACTION.glob("src/*.test.ts"))]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = run(
        ["node", "--test", "--test-reporter=spec", *tests],
        build().action,
        {**os.environ, "PATH": path},
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_project_is_what_copier_makes_of_it(
    portal: Portal, repository: Path, tmp_path: Path
) -> None:
    done = portal.dry_run(CARD, {"url": str(repository), "answers": ANSWERS})
    expected = by_command(repository, ANSWERS, tmp_path / "project")
    assert done.files == expected
    assert len(expected) > 10
    assert done.output["version"] == "v1.0.0"
    assert done.output["proven"] is False
    assert "a dry run runs no task" in done.output["verdict"]


def test_executable_bits_arrive(tasks: Portal, stranger: Path) -> None:
    folder = stranger.parent / "executable"
    folder.mkdir()
    (folder / "copier.yml").write_text("{}\n")
    for name, mode in (("run", 0o755), ("read", 0o644)):
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(mode)
    commit(folder)
    files = tasks.dry_run(CARD, {"url": str(folder)}).files
    assert files == {"run": (b"#!/bin/sh\n", True), "read": (b"#!/bin/sh\n", False)}


def test_a_trusted_template_proves_the_project_in_the_task(
    tasks: Portal, repository: Path, tmp_path: Path
) -> None:
    values = {"url": str(repository), "answers": {"project_name": "proven"}, "export": "proven"}
    task = tasks.run_task(ANY, values)
    assert task.status == "completed", task
    log = "\n".join(task.log)
    assert "Proving PROJECT: " in log
    assert "Next: cd PROJECT && uv run pytest" in log
    assert str(tasks.folder) not in log
    for step in ("environment", "suite", "refusals", "lint and types"):
        assert f"  ✓ {step}" in log
    assert task.output["proven"] is True
    assert task.output["verdict"].startswith("Proven in ")
    assert task.output["verdict"] in task.log
    assert task.output["version"] == "v1.0.0"
    expected = by_command(repository, {"project_name": "proven"}, tmp_path / "project")
    assert files_of(tasks.exports / "proven") == expected


def test_without_trust_the_task_says_how_to_prove_the_project(
    tasks: Portal, stranger: Path, tmp_path: Path
) -> None:
    answers = {"project_name": "unproven", "asyncio_mode": "strict"}
    task = tasks.run_task(ANY, {"url": str(stranger), "answers": answers, "export": "unproven"})
    assert task.status == "completed", task
    assert not any("Proving " in line for line in task.log)
    assert task.output["proven"] is False
    verdict = task.output["verdict"]
    assert verdict.startswith("Not proven: this portal does not trust the template")
    assert any(line.endswith(verdict) for line in task.log)

    # The command that it names makes the same project, here without the proof that it would run.
    _, _, words = verdict.partition("To prove it: copier ")
    project = tasks.exports / "unproven"
    places = {
        "PROJECT": str(project),
        "NEW_FOLDER": str(tmp_path / "new"),
        "--trust": "--skip-tasks",
    }
    for word, place in places.items():
        assert words.count(word) == 1
        words = words.replace(word, place)
    succeed(copier_command(*words.split()), tmp_path)
    assert files_of(tmp_path / "new") == files_of(project)
    assert answers_file(tmp_path / "new")["asyncio_mode"] == "strict"


def test_a_template_that_is_not_allowed_is_refused(tasks: Portal, tmp_path: Path) -> None:
    sentence = f"The template {tmp_path} is not among scaffolder.copier.sources."
    assert tasks.refused(CARD, {"url": str(tmp_path)}) == [sentence]
    task = tasks.run_task(ANY, {"url": str(tmp_path), "export": "refused"})
    assert (task.status, task.error) == ("failed", sentence)
    assert not (tasks.exports / "refused").exists()


def test_a_refused_answer_is_told_in_the_words_of_the_template(
    tasks: Portal, repository: Path
) -> None:
    values = {"url": str(repository), "answers": {"package_name": "class"}, "export": "refused"}
    command = copier_command("copy", "--skip-tasks", "--defaults", "--data=package_name=class")
    done = run([*command, str(repository), "nowhere"], tasks.folder)
    words = done.stderr.splitlines()[-1].removeprefix("ValueError: ")
    assert "package_name" in words
    assert tasks.refused(CARD, values) == [words]
    task = tasks.run_task(ANY, values)
    assert (task.status, task.error) == ("failed", words)
    assert not any("Traceback" in line or 'File "' in line for line in task.log[:-1])


def test_a_cancelled_task_leaves_no_process_and_no_file(
    tasks: Portal, repository: Path, scratch: Path
) -> None:
    task = tasks.start_task(ANY, {"url": str(repository), "export": "cancelled"})
    tasks.wait_for_line(task, "Proving ")
    assert any("proof.py" in command for command in marked())
    tasks.cancel(task)
    ended = tasks.wait_for_task(task)
    assert (ended.status, ended.cancelled) == ("failed", True)
    assert ended.error == "The task was cancelled; Copier was ended with all that it started."
    end = time.monotonic() + 20
    while left := [*marked(), *scratch.iterdir()]:
        assert time.monotonic() < end, left
        time.sleep(0.1)
    assert not (tasks.exports / "cancelled").exists()


def test_the_catalog_takes_the_card(tasks: Portal) -> None:
    tasks.entity(ANY)
    assert [entity["metadata"]["name"] for entity in tasks.entities("template")] == ["any"]
    assert tasks.parameter_schema(ANY)["title"] == "Any template"


def test_the_server_refuses_what_the_form_does(tasks: Portal) -> None:
    sentence = 'instance requires property "url"'
    assert tasks.refused(CARD, {}) == [sentence]
    with pytest.raises(Refused, match=sentence):
        tasks.start_task(ANY, {})


def test_a_platform_engineer_sees_what_the_action_takes(portal: Portal) -> None:
    schema = portal.actions()["copier:copy"]["schema"]
    assert set(schema["input"]["properties"]) == {"url", "ref", "values", "targetPath"}
    assert schema["input"]["required"] == ["url"]
    assert set(schema["output"]["properties"]) == {"version", "proven", "verdict"}


def test_the_stock_action_renders_what_stands_beside_a_card(portal: Portal) -> None:
    step = {"action": "fetch:cookiecutter", "input": {"url": "./contents", "values": {"x": "1"}}}
    card = {**CARD, "spec": {"type": "library", "owner": "guests", "steps": [step]}}
    files = {"contents/{{ cookiecutter.x }}.txt": b"{{ cookiecutter.x }}!\n"}
    assert portal.dry_run(card, {}, files).files == {"1.txt": (b"1!\n", False)}


def test_a_backend_that_does_not_start_says_why(node: None) -> None:
    with (
        pytest.raises(
            RuntimeError,
            match=r"scaffolder\.copier\.trusted: .*does not allow https://github.com/acme/template",
        ),
        started([], ["gh:acme/template"]),
    ):
        pass
