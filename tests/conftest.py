"""What all tests share: the template as users fetch it, and a home folder of their own."""

import functools
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from engines import commit_template, export_template
from traps import Projects

collect_ignore = ["traps"]  # They are run in generated projects.


def pytest_configure(config: pytest.Config) -> None:
    """Put every Python of this machine on the path, for projects that need a newer one."""
    installed = sorted(Path("~/.pyenv/versions").expanduser().glob("3.*/bin"))
    os.environ["PATH"] = os.pathsep.join([os.environ["PATH"], *map(str, installed)])
    os.environ["UV_PYTHON_DOWNLOADS"] = "never"


def pytest_report_header(config: pytest.Config) -> str:
    """Say which Pythons the generated projects ran on, and so which answers were not proven."""
    found = " ".join(available_pythons())
    return f"python_min: rendered, linted and typed for all; proven for {found}"


@functools.cache
def available_pythons() -> list[str]:
    """Return the answers to python_min for which this machine has a Python."""
    uv = shutil.which("uv")
    assert uv is not None
    return [
        version
        for version in ("3.11", "3.12", "3.13", "3.14")
        if not subprocess.run(
            [uv, "python", "find", f">={version}"], capture_output=True, check=False
        ).returncode
    ]


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the settings of whoever runs the tests out of them, and the tests out of the settings."""
    folder = tmp_path_factory.mktemp("home")
    cache = os.environ.get("UV_CACHE_DIR") or Path("~/.cache/uv").expanduser()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UV_CACHE_DIR", str(cache))
        patch.setenv("HOME", str(folder))
        # Where a generated project's pytest keeps its folders; it would lock others out of ours.
        patch.setenv("PYTEST_DEBUG_TEMPROOT", str(folder))
        # Hundreds of processes would each compile what one of them leaves for the others.
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        patch.setenv("COPIER_SETTINGS_PATH", str(folder / "settings.yml"))
        (folder / "settings.yml").write_text("{}\n")
        patch.setenv("COOKIECUTTER_CONFIG", str(folder / "cookiecutterrc"))
        (folder / "cookiecutterrc").write_text(f"replay_dir: {folder}/replay\n")
        yield folder


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Export the template to a folder without git."""
    return export_template(tmp_path_factory.mktemp("export") / "asyncio-template")


@pytest.fixture(scope="session")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Commit the template to a git repository, with the tag of a release."""
    return commit_template(tmp_path_factory.mktemp("clone") / "asyncio-template", tag="v1.0.0")


@pytest.fixture(scope="session")
def projects(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Projects:
    """Generate a project for each asyncio_mode and loop_scope, with one environment."""
    return Projects(template, tmp_path_factory.mktemp("projects"))
