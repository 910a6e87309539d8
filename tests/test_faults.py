"""What goes wrong around a proof: a sentence, an exit code, nothing left behind, nothing lost."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from engines import (
    REPOSITORY,
    commit_template,
    cookiecutter_command,
    copier_command,
    git,
    run,
    tree,
)
from workshop import NotProven, Workshop

Door = Callable[..., list[str]]


def copier_door(template: Path, *arguments: str) -> list[str]:
    """Make `my-project` in the current folder."""
    return copier_command("copy", "--trust", "--defaults", *arguments, template, "my-project")


def cookiecutter_door(template: Path, *arguments: str) -> list[str]:
    """Make `my-project` in the current folder."""
    return cookiecutter_command("--no-input", "--default-config", template, *arguments)


BOTH_DOORS = pytest.mark.parametrize(
    "door", [copier_door, cookiecutter_door], ids=["copier", "cookiecutter"]
)


@pytest.fixture
def temporary(tmp_path: Path) -> Iterator[Path]:
    """Give the folder for temporary files; in the end it must be empty, and nothing run in it."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    yield folder
    # Cookiecutter does not wait for its hook after Ctrl-C: what ends may take a moment.
    deadline = time.monotonic() + 10
    while (list(folder.iterdir()) or processes_of(folder)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not list(folder.iterdir())
    assert not processes_of(folder)


@pytest.fixture
def env(temporary: Path) -> dict[str, str]:
    return {**os.environ, "TMPDIR": str(temporary)}


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """Give the folder in which the person stands."""
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Commit a template whose projects have a failing test."""
    folder = commit_template(tmp_path_factory.mktemp("failing") / "asyncio-template")
    test = "async def test_broken_by_a_release() -> None:\n    assert False\n"
    (folder / "template" / "tests" / "test_broken.py").write_text(test)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=break")
    return folder


@pytest.fixture(scope="session")
def hanging(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Commit a template whose projects have a test that hangs, and says that it began."""
    folder = commit_template(tmp_path_factory.mktemp("hanging") / "asyncio-template")
    test = (
        "import os\nimport subprocess\nfrom pathlib import Path\n\n\n"
        "async def test_hangs() -> None:\n"
        '    Path(os.environ["HANGS"]).touch()\n'
        '    subprocess.run(["sleep", "1000"], check=True)\n'
    )
    (folder / "template" / "tests" / "test_hangs.py").write_text(test)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=hang")
    return folder


def processes_of(folder: Path) -> list[str]:
    """Return the processes that run in a folder, or name it on their command line."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            line = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            if str(folder) in line or (process / "cwd").resolve().is_relative_to(folder):
                found.append(f"{process.name} {line}")
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
    return found


def wait_for(began: Path, tool: subprocess.Popen[str]) -> None:
    """Wait until the hanging test has begun."""
    deadline = time.monotonic() + 60
    while not began.exists():
        assert time.monotonic() < deadline
        assert tool.poll() is None, tool.communicate()[0]
        time.sleep(0.05)


def machine(tmp_path: Path, *programs: str) -> str:
    """Return a PATH with a few programs, this Python, and what the system has."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for program in programs:
        found = shutil.which(program)
        assert found is not None
        (folder / program).symlink_to(found)
    (folder / "python3").symlink_to(sys.executable)
    return f"{folder}:/usr/bin:/bin"


# ── A step fails ─────────────────────────────────────────────────────────────


@BOTH_DOORS
def test_the_suite_fails(door: Door, failing: Path, work: Path, env: dict[str, str]) -> None:
    done = run(door(failing), work, env)
    assert done.returncode != 0
    assert (
        "Not proven: suite: not passed: tests/test_broken.py::test_broken_by_a_release (failed). "
        "To generate without proof: prove=false.\n"
    ) in done.stderr
    assert tree(work) == {}


@BOTH_DOORS
def test_a_folder_that_was_there_is_left_as_it_was(
    door: Door, failing: Path, work: Path, env: dict[str, str]
) -> None:
    (work / "my-project" / "tests").mkdir(parents=True)
    (work / "my-project" / "notes.txt").write_text("mine")
    (work / "my-project" / "tests" / "test_mine.py").write_text("def test_mine():\n    pass\n")
    (work / "my-project" / "empty").mkdir()
    before = tree(work)
    force = ["--overwrite-if-exists"] if door is cookiecutter_door else []
    done = run(door(failing, *force), work, env)
    assert done.returncode != 0
    assert "Not proven: suite" in done.stderr
    assert tree(work) == before


@BOTH_DOORS
def test_an_existing_file_is_not_overwritten_without_consent(
    door: Door, repository: Path, work: Path
) -> None:
    (work / "my-project").mkdir()
    (work / "my-project" / "README.md").write_text("mine")
    done = run(door(repository), work)
    assert done.returncode != 0
    assert (work / "my-project" / "README.md").read_text() == "mine"


@BOTH_DOORS
def test_a_step_over_its_limit_is_killed(
    door: Door, repository: Path, work: Path, env: dict[str, str]
) -> None:
    env |= {"ASYNCIO_TEMPLATE_STEP_SECONDS": "0.1"}
    done = run(door(repository), work, env)
    assert done.returncode != 0
    assert "Not proven: environment: uv took longer than 0.1 seconds" in done.stderr
    assert tree(work) == {}


def test_what_a_tool_over_its_limit_started_is_killed_with_it(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    began = time.monotonic()
    with (
        pytest.raises(NotProven, match=r"bash took longer than 0\.5 seconds"),
        Workshop(tmp_path, [], None) as workshop,
    ):
        workshop.run(["bash", "-c", "sleep 100 & sleep 100"], workshop.root, 0.5)
    assert time.monotonic() - began < 30


def test_a_limit_that_is_no_number(repository: Path, work: Path, env: dict[str, str]) -> None:
    env["ASYNCIO_TEMPLATE_STEP_SECONDS"] = "soon"
    done = run(copier_door(repository), work, env)
    assert done.returncode != 0
    assert 'ASYNCIO_TEMPLATE_STEP_SECONDS is "soon": give a number of seconds.' in done.stderr
    assert tree(work) == {}


def test_settings_of_the_persons_own_tools_do_not_reach_the_proof(
    repository: Path, work: Path, env: dict[str, str]
) -> None:
    env |= {"UV_FROZEN": "1", "UV_NO_DEV": "1", "PYTEST_ADDOPTS": "--nonsense", "VIRTUAL_ENV": "/x"}
    env["ASYNCIO_TEMPLATE_REPORT"] = str(work / "no" / "report.json")
    done = run(copier_door(repository), work, env)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"The report was not written: No such file or directory: {work}/no" in done.stderr


# ── The machine lacks something ──────────────────────────────────────────────


def offline(tmp_path: Path) -> dict[str, str]:
    """Return an environment in which no package index can be reached, and none was before."""
    nowhere = "http://127.0.0.1:9"
    return {
        "UV_CACHE_DIR": str(tmp_path / "empty-cache"),
        "PIP_NO_CACHE_DIR": "1",
        "PIP_RETRIES": "0",
        "UV_HTTP_RETRIES": "0",
        "HTTPS_PROXY": nowhere,
        "HTTP_PROXY": nowhere,
        "https_proxy": nowhere,
        "http_proxy": nowhere,
        "NO_PROXY": "",
        "no_proxy": "",
    }


@pytest.mark.parametrize(
    ("door", "installer"),
    [(copier_door, "uv"), (cookiecutter_door, "pip")],
    ids=["copier-uv", "cookiecutter-pip"],
)
def test_no_network(
    door: Door, installer: str, repository: Path, work: Path, tmp_path: Path, env: dict[str, str]
) -> None:
    env |= offline(tmp_path)
    env.pop("UV", None)
    env["PATH"] = machine(tmp_path, *(["uv"] if installer == "uv" else []))
    done = run(door(repository), work, env)
    assert done.returncode != 0
    assert "Not proven: environment: the package index could not be reached" in done.stderr
    assert tree(work) == {}


def test_without_uv_the_proof_does_what_the_readme_says(
    repository: Path, work: Path, tmp_path: Path, env: dict[str, str]
) -> None:
    env.pop("UV", None)
    env["PATH"] = machine(tmp_path)
    done = run(copier_door(repository), work, env)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "venv and pip" in done.stdout
    readme = (work / "my-project" / "README.md").read_text("utf-8")
    assert "`python -m pip install --group dev --editable .`" in readme
    proof = (REPOSITORY / "hooks" / "proof.py").read_text("utf-8")
    assert '[*pip, "--group", "dev", "--editable", "."]' in proof


@pytest.mark.parametrize("installer", ["uv", "pip"])
def test_no_python_is_new_enough(
    installer: str, repository: Path, work: Path, tmp_path: Path, env: dict[str, str]
) -> None:
    if sys.version_info >= (3, 14):
        pytest.fail("this test needs a Python older than 3.14")
    env.pop("UV", None)
    env["PATH"] = machine(tmp_path, *(["uv"] if installer == "uv" else []))
    env["UV_PYTHON_PREFERENCE"] = "only-system"
    done = run(copier_door(repository, "--data=python_min=3.14"), work, env)
    assert done.returncode != 0
    assert "Not proven: environment: no Python 3.14 or later was found" in done.stderr
    assert tree(work) == {}


def test_a_full_disk(repository: Path, work: Path, env: dict[str, str]) -> None:
    """A limit on the size of files stands in for the disk: writing fails the same way."""
    command = " ".join(copier_door(repository))
    env["UV_CACHE_DIR"] = str(work.parent / "cache")
    done = run(["bash", "-c", f"ulimit -f 200; exec {command}"], work, env)
    assert done.returncode != 0
    assert "Not proven: environment: uv could not install the project." in done.stderr
    assert tree(work) == {}


# ── Somebody stops it ────────────────────────────────────────────────────────


@pytest.mark.parametrize("signal_name", ["SIGINT", "SIGTERM", "SIGKILL"])
@BOTH_DOORS
def test_stopped(
    door: Door, signal_name: str, hanging: Path, work: Path, env: dict[str, str]
) -> None:
    """Ctrl-C reaches the whole group, the others the tool alone."""
    began = work / "hangs"
    env["HANGS"] = str(began)
    tool = subprocess.Popen(
        door(hanging),
        cwd=work,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    wait_for(began, tool)
    if signal_name == "SIGINT":
        os.killpg(tool.pid, signal.SIGINT)
    else:
        tool.send_signal(getattr(signal, signal_name))
    printed, _ = tool.communicate(timeout=30)
    assert tool.returncode != 0
    assert "Not proven: stopped by SIG" in printed
    deadline = time.monotonic() + 10
    while list(tree(work)) != ["hangs"] and time.monotonic() < deadline:
        time.sleep(0.1)
    assert list(tree(work)) == ["hangs"]


@BOTH_DOORS
def test_stopped_in_a_folder_that_was_there(
    door: Door, hanging: Path, work: Path, env: dict[str, str]
) -> None:
    (work / "my-project").mkdir()
    (work / "my-project" / "notes.txt").write_text("mine")
    began = work / "hangs"
    env["HANGS"] = str(began)
    force = ["--overwrite-if-exists"] if door is cookiecutter_door else []
    tool = subprocess.Popen(
        door(hanging, *force),
        cwd=work,
        env=env,
        stdin=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    wait_for(began, tool)
    os.killpg(tool.pid, signal.SIGINT)
    assert tool.wait(30) != 0
    deadline = time.monotonic() + 10
    expected = ["hangs", "my-project", "my-project/notes.txt"]
    while list(tree(work)) != expected and time.monotonic() < deadline:
        time.sleep(0.1)
    assert list(tree(work)) == expected


def test_the_proof_itself_is_killed(hanging: Path, work: Path, env: dict[str, str]) -> None:
    """Then only the cleaner is left, to kill what the proof started."""
    began = work / "hangs"
    env["HANGS"] = str(began)
    tool = subprocess.Popen(
        copier_door(hanging), cwd=work, env=env, stderr=subprocess.DEVNULL, text=True
    )
    wait_for(began, tool)
    children = Path(f"/proc/{tool.pid}/task/{tool.pid}/children").read_text().split()
    for child in children:
        os.kill(int(child), signal.SIGKILL)
    assert tool.wait(30) != 0
    assert list(tree(work)) == ["hangs"]
