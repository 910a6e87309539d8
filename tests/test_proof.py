"""The proof: it passes on what the template makes, and it fails on what would lie."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from allpairspy import AllPairs
from conftest import available_pythons
from engines import (
    CHOICES,
    Answers,
    answers_file,
    combinations,
    cookiecutter_command,
    copier_command,
    delete_guard,
    forget_guard,
    load_report,
    render_with_copier,
    replace,
    run,
    succeed,
    tree,
)

PROOF = Path(__file__).parent.parent / "hooks" / "proof.py"
WRONG = {
    "test_async_generator.py",
    "test_failing.py",
    "test_misspelt_mark.py",
    "test_narrow_loop.py",
    "test_never_awaited.py",
    "test_unittest_method.py",
}
WRONG_BY_THE_GUARD = {
    "test_blocked_loop.py",
    "test_kept_coroutine.py",
    "test_left_task.py",
    "test_lost_exception.py",
    "test_old_fixture.py",
    "test_open_loop.py",
    "test_other_loop.py",
    "test_over_time.py",
}
WRONG_IN_STRICT_MODE = {"test_plain_fixture.py", "test_unmarked.py"}


def provable() -> list[dict[str, str]]:
    """Return the combinations to prove: each pair of answers at least once, or all of them."""
    choices = CHOICES | {"python_min": available_pythons()}
    if os.environ.get("PROVE_ALL"):
        return [c for c in combinations() if c["python_min"] in choices["python_min"]]
    return [dict(zip(choices, pair, strict=True)) for pair in AllPairs(list(choices.values()))]


@pytest.mark.parametrize(
    ("number", "answers"),
    list(enumerate(provable())),
    ids=["-".join(answers.values()) for answers in provable()],
)
def test_each_pair_of_answers_is_proven(
    number: int, answers: Answers, repository: Path, tmp_path: Path
) -> None:
    """Both tools take turns, as commands, from a git repository with a tag."""
    env = {**os.environ, "ASYNCIO_TEMPLATE_REPORT": str(tmp_path / "report.json")}
    project = tmp_path / "my-project"
    if number % 2:
        data = [f"--data={name}={value}" for name, value in answers.items()]
        command = copier_command("copy", "--trust", "--defaults", *data, repository, project)
    else:
        data = [f"{name}={value}" for name, value in answers.items()]
        command = cookiecutter_command("--no-input", "--default-config", repository, *data)
    printed = succeed(command, tmp_path, env)

    assert f"Next: cd {project} && uv run pytest" in printed
    report = load_report(tmp_path / "report.json")
    assert report["verdict"] == "proven"
    assert {step["name"] for step in report["steps"]} == {
        "environment",
        "suite",
        "refusals",
        "lint and types",
    }
    assert report["tests"]
    assert all(test["outcome"] == "passed" for test in report["tests"].values())
    strict = answers["asyncio_mode"] == "strict"
    wrong = WRONG | WRONG_BY_THE_GUARD | (WRONG_IN_STRICT_MODE if strict else set())
    assert {refusal["test"] for refusal in report["refusals"]} == wrong

    twin = render_with_copier(repository, answers, tmp_path / "unproven")
    assert tree(project).keys() == tree(twin).keys(), "the proof left something in the project"
    assert answers_file(project) == answers_file(twin)
    assert answers_file(project)["_commit"] == "v1.0.0"
    assert answers_file(project)["_src_path"] == str(repository)


# ── What would lie ───────────────────────────────────────────────────────────


@pytest.fixture
def project(template: Path, tmp_path: Path) -> Path:
    """Render a project that the test may spoil."""
    return render_with_copier(template, {}, tmp_path / "my-project")


def prove(project: Path) -> tuple[int, dict[str, Any], str]:
    """Prove a project; return the exit code, the report, and what went to standard error."""
    done = run([sys.executable, str(PROOF), str(project), "--json"], project)
    return done.returncode, json.loads(done.stdout), done.stderr


def failures(report: dict[str, Any]) -> dict[str, str]:
    """Return the steps that failed, and what each said."""
    return {step["name"]: step["detail"] for step in report["steps"] if not step["passed"]}


NOT_PASSED = {
    "fails": "async def test_it():\n    assert False\n",
    "skipped": "import pytest\n\n@pytest.mark.skip\nasync def test_it():\n    pass\n",
    "expected": "import pytest\n\nasync def test_it():\n    pytest.xfail('later')\n",
    "teardown": "import pytest\n\n@pytest.fixture\ndef broken():\n    yield\n    raise OSError\n\n"
    "async def test_it(broken):\n    pass\n",
}


def test_a_suite_that_does_not_pass_whole_is_named(project: Path) -> None:
    for name, code in NOT_PASSED.items():
        (project / "tests" / f"test_{name}.py").write_text(code)
    exit_code, report, errors = prove(project)
    assert exit_code == 1
    assert report["verdict"] == "not proven"
    outcomes = {name: report["tests"][f"tests/test_{name}.py::test_it"] for name in NOT_PASSED}
    assert {name: test["outcome"] for name, test in outcomes.items()} == {
        "fails": "failed",
        "skipped": "skipped",
        "expected": "skipped",
        "teardown": "failed",
    }
    assert "suite: not passed: tests/test_expected.py::test_it (skipped)" in errors
    assert "and 1 more" in errors


def test_a_file_that_cannot_be_collected_is_named(project: Path) -> None:
    (project / "tests" / "test_added.py").write_text("import nowhere\n")
    exit_code, report, errors = prove(project)
    assert exit_code == 1
    assert "suite: not passed: tests/test_added.py" in errors
    assert failures(report)["lint and types"] == "ruff check found something."


def test_a_test_that_nothing_awaited_is_named_though_it_passed(project: Path) -> None:
    delete_guard(project)
    replace(project / "pyproject.toml", 'filterwarnings = ["error"]', "filterwarnings = []")
    (project / "tests" / "test_added.py").write_text(
        "import functools\n\ndef drop(function):\n    @functools.wraps(function)\n"
        "    def call():\n        function()\n    return call\n\n"
        "@drop\nasync def test_dropped():\n    assert False\n"
    )
    exit_code, report, errors = prove(project)
    assert exit_code == 1
    assert report["tests"]["tests/test_added.py::test_dropped"]["outcome"] == "passed"
    assert "test_added.py::test_dropped (async, and nothing awaited it)" in errors
    accepted = failures(report)["refusals"]
    assert accepted == "test_async_generator.py, a wrong test, was not refused."


def test_a_project_without_the_guard_can_be_proven(project: Path) -> None:
    delete_guard(project)
    exit_code, report, errors = prove(project)
    assert exit_code == 0, errors
    assert {refusal["test"] for refusal in report["refusals"]} == WRONG
    details = {step["name"]: step["detail"] for step in report["steps"]}
    assert details["refusals"].endswith("8 not tried, for want of the guard's checks")


def test_a_project_without_one_check_of_the_guard_can_be_proven(project: Path) -> None:
    option = 'asyncio_guard_off = ["tasks"]\nasyncio_mode'
    replace(project / "pyproject.toml", "asyncio_mode", option)
    exit_code, report, errors = prove(project)
    assert exit_code == 0, errors
    refused = {refusal["test"] for refusal in report["refusals"]}
    assert refused == (WRONG | WRONG_BY_THE_GUARD) - {"test_left_task.py"}


def test_a_guard_that_is_not_loaded_is_no_guard(project: Path) -> None:
    forget_guard(project)
    exit_code, report, _ = prove(project)
    assert exit_code == 1
    assert failures(report)["refusals"] == "test_blocked_loop.py, a wrong test, was not refused."


def test_a_suite_without_async_tests_proves_nothing(project: Path) -> None:
    for path in (project / "tests").glob("test_*.py"):
        path.unlink()
    (project / "tests" / "test_added.py").write_text("def test_sync( ):\n    pass\n")
    exit_code, report, errors = prove(project)
    assert exit_code == 1
    assert "suite: no async test was found." in errors
    assert failures(report)["lint and types"] == "ruff format --check found something."


@pytest.mark.parametrize(
    ("setting", "weaker", "refusal"),
    [
        (
            "strict = true\nfilter",
            "strict = false\nfilter",
            "test_misspelt_mark.py failed, but not",
        ),
        (
            'addopts = ["-ra"]',
            'addopts = ["-ra", "--deselect=tests/refusals/test_failing.py"]',
            "test_failing.py, a wrong test, was not refused.",
        ),
    ],
)
def test_a_weaker_configuration_is_found_by_the_wrong_test_that_it_accepts(
    setting: str, weaker: str, refusal: str, project: Path
) -> None:
    replace(project / "pyproject.toml", setting, weaker)
    exit_code, report, errors = prove(project)
    assert exit_code == 1
    assert f"refusals: {refusal}" in errors
    assert list(failures(report)) == ["refusals"]


def test_types_are_part_of_the_proof(project: Path) -> None:
    (project / "src" / "my_project" / "added.py").write_text('x: int = "one"\n')
    exit_code, _, errors = prove(project)
    assert exit_code == 1
    assert "lint and types: mypy found something." in errors


def test_without_proof_the_tools_say_so(repository: Path, tmp_path: Path) -> None:
    copy = copier_command("copy", "--defaults", repository)
    no_proof = "Not proven: no test of the project was run"
    for words in (["--skip-tasks"], ["--trust", "--data=prove=false"]):
        assert no_proof in succeed([*copy, str(tmp_path / words[0]), *words], tmp_path)
    command = cookiecutter_command("--no-input", "--default-config", repository, "prove=false")
    assert no_proof in succeed(command, tmp_path)


def test_a_folder_without_project_is_a_sentence(tmp_path: Path) -> None:
    done = run([sys.executable, str(PROOF), str(tmp_path)], tmp_path)
    assert done.returncode == 2
    assert "has no pyproject.toml: name a project's folder" in done.stderr
