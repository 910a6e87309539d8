"""What is in wide circulation about pytest-asyncio, and what is true today.

Each test is about one claim: its text is quoted first, and after it stands what the test shows.
docs/traps.md is written from these words. The numbers are those of a survey from November 2026.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from engines import succeed
from traps import Projects

Bare = Callable[..., tuple[int, str]]

ONE_TEST = "async def test_a():\n    pass\n"
MARKED_TEST = f"import pytest\n\n\n@pytest.mark.asyncio\n{ONE_TEST}"
LOOP_SCOPE_SET = "--override-ini=asyncio_default_fixture_loop_scope=function"
LOOPS = """
import asyncio
import pytest
import pytest_asyncio
{fixture}
{mark}
async def test_a(home):
    assert (home is asyncio.get_running_loop()) is {same}
"""


@pytest.fixture
def bare(projects: Projects, tmp_path: Path) -> Bare:
    """Run files with pytest and pytest-asyncio, and no configuration but the arguments."""

    def run_files(
        text: str, *arguments: str, file: str = "pytest.ini", content: str = ""
    ) -> tuple[int, str]:
        (tmp_path / "test_a.py").write_text(text)
        (tmp_path / "pytest.ini").touch()
        (tmp_path / file).write_text(content)
        return projects.pytest(tmp_path, *arguments)

    return run_files


def test_s01_native(bare: Bare) -> None:
    """pytest does not run async tests by itself.

    True. Since pytest 8.4 such a test fails; before, it was skipped, with exit code 0.
    """
    code, printed = bare(ONE_TEST, "-p", "no:asyncio", "-p", "no:anyio")
    assert code == 1
    assert "async def functions are not natively supported" in printed


def test_s02_version(projects: Projects) -> None:
    """The current version is 1.3.0.

    Out of date: what a new project installs is 1.5 or later.
    """
    versions = dict(re.findall(r"([\w-]+) ([\d.]+)", projects.versions()))
    assert tuple(map(int, versions["pytest-asyncio"].split(".")[:2])) >= (1, 5)


def test_s03_yanked(projects: Projects) -> None:
    """It has a long history of yanked releases.

    False. 0.22.0 is the one that is; those before and after it are not.
    """
    for version, yanked in (("0.21.2", False), ("0.22.0", True), ("0.23.0", False)):
        dry = ["uv", "pip", "install", "--python", projects.python, "--dry-run", "--no-deps"]
        printed = succeed([*dry, f"pytest-asyncio=={version}"], projects.folder)
        assert ("is yanked" in printed) is yanked


def test_s04_never_awaited(bare: Bare) -> None:
    """`RuntimeWarning: coroutine 'test_x' was never awaited` means that the plugin is missing.

    False. Without the plugin pytest says something else. The warning is about a call inside a test,
    and that test passes.
    """
    _, without = bare(ONE_TEST, "-p", "no:asyncio", "-p", "no:anyio")
    assert "never awaited" not in without
    code, printed = bare(MARKED_TEST.replace("pass", "save()") + "\nasync def save():\n    pass\n")
    assert code == 0
    assert "coroutine 'save' was never awaited" in printed


def test_s05_detects(bare: Bare) -> None:
    """The plugin finds and runs every `async def` test.

    Only with `asyncio_mode = "auto"`. The default is strict, in which each test needs a mark.
    """
    assert bare(ONE_TEST)[0] == 1
    assert bare(ONE_TEST, "--asyncio-mode=auto")[0] == 0


def test_s06_no_current_loop(bare: Bare) -> None:
    """`There is no current event loop in thread 'main'` is what a missing plugin says.

    The text has 'MainThread', and the cause is a call of asyncio.get_event_loop() in a sync test,
    after another test had a loop.
    """
    code, printed = bare(
        f"import asyncio\n{MARKED_TEST}\n\ndef test_b():\n    asyncio.get_event_loop()\n"
    )
    assert code == 1
    assert "There is no current event loop in thread 'MainThread'" in printed


def test_s07_scope_mismatch(bare: Bare) -> None:
    """A fixture that outlives its loop raises `pytest_asyncio.plugin.ScopeMismatch`.

    There is no such name. The error is pytest's own, when the fixture is set up.
    """
    code, printed = bare(
        LOOPS.format(
            fixture='@pytest_asyncio.fixture(scope="session", loop_scope="function")\n'
            "async def home():\n    return 1",
            mark="@pytest.mark.asyncio",
            same=False,
        )
        + "\n\ndef test_name():\n"
        + "    import pytest_asyncio.plugin\n"
        + "    assert not hasattr(pytest_asyncio.plugin, 'ScopeMismatch')\n"
    )
    assert code == 1
    assert "_function_scoped_runner with a session scoped request" in printed
    assert "1 passed, 1 error" in printed


def test_s08_loop_fixture(bare: Bare) -> None:
    """A DeprecationWarning says that the `loop` fixture gives way to `anyio_backend`.

    Made up: there is no `loop` fixture.
    """
    _, printed = bare(MARKED_TEST.replace("test_a()", "test_a(loop)"))
    assert "fixture 'loop' not found" in printed


def test_s09_mode_is_optional(bare: Bare) -> None:
    """`asyncio_mode` must be set, or a warning comes.

    False. Without it the mode is strict, and nothing is said. A warning comes for another option,
    asyncio_default_fixture_loop_scope.
    """
    assert "asyncio_default_fixture_loop_scope is unset" in bare(MARKED_TEST)[1].replace('"', "")
    code, printed = bare(MARKED_TEST, LOOP_SCOPE_SET)
    assert code == 0
    assert "warning" not in printed
    assert "mode=Mode.STRICT" in printed


def test_s10_legacy(bare: Bare) -> None:
    """The legacy mode was removed in 0.23.

    It was removed in 0.20. Today it is an error of usage.
    """
    code, printed = bare(MARKED_TEST, "--asyncio-mode=legacy")
    assert code == 4
    assert "'legacy' is not a valid asyncio_mode. Valid modes: auto, strict" in printed


def test_s11_event_loop_fixture(bare: Bare) -> None:
    """To write an `event_loop` fixture of one's own is an error in 1.x.

    Worse: it is ignored in silence, and the tests run on another loop. Only a test that asks for a
    fixture of this name, where there is none, gets an error.
    """
    override = """
@pytest.fixture
def event_loop():
    raise AssertionError("nothing asks for this")
"""
    assert bare(MARKED_TEST.replace("\n\n\n", f"\n{override}\n", 1))[0] == 0
    _, printed = bare(MARKED_TEST.replace("test_a()", "test_a(event_loop)"))
    assert "fixture 'event_loop' not found" in printed


@pytest.mark.parametrize("both", [False, True])
def test_s12_loop_scope(bare: Bare, both: bool) -> None:
    """Put `loop_scope="session"` on the fixture, or on the mark, and they share a loop.

    Only when it stands on both. Else each has its own loop, in silence.
    """
    text = LOOPS.format(
        fixture='@pytest_asyncio.fixture(loop_scope="session")\n'
        "async def home():\n    return asyncio.get_running_loop()",
        mark='@pytest.mark.asyncio(loop_scope="session")' if both else "@pytest.mark.asyncio",
        same=both,
    )
    assert bare(text)[0] == 0


def test_s13_old_mark(bare: Bare) -> None:
    """`@pytest.mark.asyncio_event_loop` chooses the loop of a class.

    It existed in one release, the yanked 0.22.0. Today it is an unknown mark, which does nothing.
    """
    code, printed = bare(MARKED_TEST.replace("@", "@pytest.mark.asyncio_event_loop\n@"))
    assert code == 0
    assert "Unknown pytest.mark.asyncio_event_loop" in printed


def test_s14_wider_loops(bare: Bare) -> None:
    """`loop_scope="module"` or `"class"` gives tests a common loop.

    True, since 0.24.
    """
    text = """
import asyncio
import pytest
pytestmark = pytest.mark.asyncio(loop_scope="module")
LOOPS = set()
async def test_a():
    LOOPS.add(asyncio.get_running_loop())
async def test_b():
    assert LOOPS == {asyncio.get_running_loop()}
"""
    assert bare(text)[0] == 0


def test_s15_plain_fixture(bare: Bare) -> None:
    """`@pytest.fixture` on an async fixture warns in auto mode.

    In auto mode it works, without a warning. In strict mode it is an error, since pytest 9.
    """
    text = LOOPS.format(
        fixture="@pytest.fixture\nasync def home():\n    return asyncio.get_running_loop()",
        mark="@pytest.mark.asyncio",
        same=True,
    )
    code, printed = bare(text, "--asyncio-mode=auto", LOOP_SCOPE_SET)
    assert code == 0
    assert "warning" not in printed
    code, printed = bare(text)
    assert code == 1
    assert "requested an async fixture 'home', with no plugin" in printed


def test_s16_unmarked(bare: Bare) -> None:
    """An unmarked async test passes in strict mode, without being run.

    False. It fails since pytest 8.4; before, it was skipped.
    """
    code, printed = bare(ONE_TEST)
    assert code == 1
    assert "1 failed" in printed


def test_s17_pins(projects: Projects) -> None:
    """Several releases from 0.22 to 0.24 were yanked, and a pin to them fails.

    One was, and `==0.22.0` installs, with a warning. Only a range without another release fails.
    """
    dry = ["uv", "pip", "install", "--python", projects.python, "--dry-run", "--no-deps"]
    assert "is yanked" in succeed([*dry, "pytest-asyncio==0.22.0"], projects.folder)
    with pytest.raises(AssertionError, match="unsatisfiable"):
        succeed([*dry, "pytest-asyncio>=0.22,<0.23"], projects.folder)


def test_s18_notices(bare: Bare) -> None:
    """The notices of pip do not come from pytest-asyncio.

    True: a run says nothing about pip.
    """
    assert "pip" not in re.sub("platform.*", "", bare(MARKED_TEST)[1]).replace(" pipe", "")


def test_s19_old_pythons(projects: Projects) -> None:
    """It installs on Python 3.9 to 3.13.

    On 3.9 an installer takes 1.2.0, in silence: 1.3 and later need Python 3.10.
    """
    (projects.folder / "needs.txt").write_text("pytest-asyncio\n")
    compiled = ["uv", "pip", "compile", "--quiet", "--python-version=3.9", "needs.txt"]
    assert "pytest-asyncio==1.2.0\n" in succeed(compiled, projects.folder)


def test_s20_quickstart(bare: Bare) -> None:
    """`[pytest]` with `asyncio_mode = auto` goes into pytest.ini or pyproject.toml.

    Into pytest.ini. In pyproject.toml, auto without quotes is no TOML, and the table `[pytest]` is
    ignored in silence. And both loop scopes are missing.
    """
    right = "[pytest]\nasyncio_mode = auto\n"
    assert bare(ONE_TEST, content=right)[0] == 0
    for table, code, words in (
        (right, 4, "Invalid value"),
        (right.replace("auto", '"auto"'), 1, "not natively supported"),
    ):
        file = "pyproject.toml"
        seen, printed = bare(ONE_TEST, "-c", file, file=file, content=table)
        assert seen == code
        assert words in printed


@pytest.mark.parametrize("file", ["test_a", "conftest", "__init__"])
def test_s21_marks(bare: Bare, file: str) -> None:
    """In strict mode each test needs a mark, and `pytestmark` gives it to a file.

    True for test files. In conftest.py and in `__init__.py` it has no effect.
    """
    mark = "import pytest\npytestmark = pytest.mark.asyncio\n"
    if file == "test_a":
        assert bare(mark + ONE_TEST)[0] == 0
    else:
        assert bare(ONE_TEST, file=f"{file}.py", content=mark)[0] == 1


@pytest.mark.parametrize("mode", ["auto", "strict"])
def test_s22_fixture_decorator(bare: Bare, mode: str) -> None:
    """Always write `@pytest_asyncio.fixture`.

    Safe in both modes, and not needed in auto mode.
    """
    text = LOOPS.format(
        fixture="@pytest_asyncio.fixture\nasync def home():\n    return asyncio.get_running_loop()",
        mark="@pytest.mark.asyncio",
        same=True,
    )
    assert bare(text, f"--asyncio-mode={mode}")[0] == 0
