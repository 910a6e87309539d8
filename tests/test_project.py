"""A generated project, used as its owner will: every command of its README, and what it promises."""

import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from engines import Answers, git, render_with_copier, run, succeed

PROJECTS: dict[str, Answers] = {
    "simplest": {},
    "richest": {
        "asyncio_mode": "strict",
        "loop_scope": "session",
        "event_loop": "both",
        "python_min": "3.11",
        "license": "Apache-2.0",
    },
    "service": {"kind": "service"},
    "worker": {"kind": "worker"},
}

library = pytest.mark.parametrize("project", ["simplest", "richest"], indirect=True)
richest_of_a_kind = pytest.mark.parametrize(
    "project", ["richest", "service", "worker"], indirect=True
)


@pytest.fixture(scope="module", params=PROJECTS)
def project(
    request: pytest.FixtureRequest, template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Render a project and make it a git repository, as its owner does first."""
    folder = tmp_path_factory.mktemp(request.param) / "my-project"
    render_with_copier(template, PROJECTS[request.param], folder)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=begin")
    succeed(["uv", "sync", "--quiet"], folder)
    return folder


@pytest.fixture
def copy(project: Path, tmp_path: Path) -> Path:
    """Copy the project for a test that changes it."""
    ignore = shutil.ignore_patterns(".venv", "uv.lock")
    return Path(shutil.copytree(project, tmp_path / "copy", ignore=ignore))


def commands(readme: Path) -> list[str]:
    """Return the commands of a README's shell blocks, without what explains them."""
    blocks = re.findall(r"```sh\n(.+?)```", readme.read_text("utf-8"), re.DOTALL)
    return [line.partition("  ")[0] for block in blocks for line in block.splitlines()]


def test_the_readmes_commands_pass_and_change_nothing(project: Path) -> None:
    found = commands(project / "README.md")
    assert len(found) == 5
    for command in found[:-1]:  # The last is `copier update`.
        succeed(command.split(), project)
    succeed(["uv", "run", "pre-commit", "run", "--all-files"], project)
    changed = set(git(project, "status", "--porcelain", "--untracked-files=all").splitlines())
    assert changed == {"?? uv.lock"}


def test_the_hooks_run_at_a_commit(copy: Path) -> None:
    succeed(["uv", "run", "pre-commit", "install"], copy)
    (copy / "src" / "my_project" / "wrong.py").write_text('x: int = "one"\n')
    git(copy, "add", "--all")
    with pytest.raises(subprocess.CalledProcessError) as failure:
        git(copy, "commit", "--message=wrong")
    assert "Incompatible types in assignment" in failure.value.stderr


@library
def test_the_readmes_example_runs(project: Path) -> None:
    """Against a line server such as the tests', on the port that the example names."""
    text = (project / "README.md").read_text("utf-8")
    (example,) = re.findall(r"```python\n(.+?)```", text, re.DOTALL)
    server = (
        "import asyncio, sys; sys.path.insert(0, 'tests'); from line_server import answer\n"
        "async def serve():\n"
        "    server = await asyncio.start_server(answer, '127.0.0.1', 0)\n"
        "    print(server.sockets[0].getsockname()[1], flush=True)\n"
        "    await server.serve_forever()\n"
        "asyncio.run(serve())\n"
    )
    python = str(project / ".venv" / "bin" / "python")
    with subprocess.Popen([python, "-c", server], cwd=project, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        port = process.stdout.readline().decode().strip()
        printed = succeed([python, "-c", example.replace("7000", port)], project)
        process.kill()
    assert printed == "['HELLO', 'WORLD']\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--with=pytest-xdist", "pytest", "--numprocesses=2"],
        ["--with=pytest-randomly", "pytest"],
    ],
    ids=["in-parallel", "random-order"],
)
def test_the_suite_passes(arguments: list[str], project: Path) -> None:
    printed = succeed(["uv", "run", "--isolated", *arguments], project)
    assert re.search(r"\d\d passed", printed)
    assert "skipped" not in printed


@richest_of_a_kind
def test_each_test_file_runs_alone(project: Path) -> None:
    python = str(project / ".venv" / "bin" / "python")
    for path in sorted((project / "tests").glob("test_*.py")):
        assert " passed" in succeed([python, "-m", "pytest", str(path)], project)


@richest_of_a_kind
def test_the_lowest_versions_that_it_allows_pass(copy: Path) -> None:
    command = ["uv", "run", "--resolution=lowest-direct"]
    printed = succeed([*command, "pytest"], copy)
    assert "asyncio-1.5.0" in printed
    succeed([*command, "ruff", "check"], copy)
    succeed([*command, "ruff", "format", "--check"], copy)
    succeed([*command, "mypy"], copy)


def test_its_wheel_installs_imports_and_is_typed(copy: Path) -> None:
    succeed(["uv", "build", "--quiet"], copy)
    (wheel,) = (copy / "dist").glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "my_project/py.typed" in names
    assert not any("tests" in name for name in names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    succeed(["uv", "venv", "--quiet", "elsewhere"], copy)
    environment = copy / "elsewhere"
    succeed(["uv", "pip", "install", "--quiet", f"--python={environment}", str(wheel)], copy)
    code = "import my_project as p; print(p.__file__, len([vars(p)[n] for n in p.__all__]))"
    printed = succeed([str(environment / "bin" / "python"), "-I", "-c", code], copy.parent)
    assert "elsewhere" in printed
    assert int(printed.split()[-1]) >= 2


@library
def test_a_mistake_turns_the_suite_red(copy: Path) -> None:
    """The mistake that a newcomer makes first: no await."""
    path = copy / "tests" / "test_client.py"
    text = path.read_text()
    path.write_text(text.replace("= asyncio.create_task(client.request(", "= (client.request("))
    done = run(["uv", "run", "pytest", "tests/test_client.py"], copy)
    assert done.returncode == 1
    assert "was never awaited" in done.stdout or "coroutine" in done.stdout
