"""The guard of generated projects, for a project that the template did not make."""

from pathlib import Path

from asyncio_check.source import Finding, Source, Unreadable
from files import read

GUARD = Path(__file__).resolve().parent.parent / "template" / "tests" / "asyncio_guard"
NAMED = 'pytest_plugins = ["asyncio_guard"]'


def guard_files(root: Path, contents: dict[Path, bytes]) -> tuple[dict[Path, bytes], list[Finding]]:
    """Return the files that bring the guard into a project, and what a person must do for it.

    `contents` is what is to be written anyway. Files that are as they should be are left out.
    """
    folder = import_root(root)
    wanted = {
        folder / "asyncio_guard" / path.name: path.read_bytes() for path in GUARD.glob("*.py")
    }
    conftest = folder / "conftest.py"
    data = contents.get(conftest, read(root / conftest) or b"")
    left = []
    if b"pytest_plugins" not in data:
        try:
            newline = Source(conftest, data).newline
        except Unreadable as error:
            left.append(Finding(conftest, 1, f"not read: {error}", NAMED))
        else:
            before = newline * 2 if data else ""
            wanted[conftest] = data + f"{before}{NAMED}{newline}".encode()
    elif b"asyncio_guard" not in data:
        line = data[: data.index(b"pytest_plugins")].count(b"\n") + 1
        left.append(Finding(conftest, line, "pytest_plugins does not name the guard", NAMED))
    return {path: new for path, new in wanted.items() if read(root / path) != new}, left


def import_root(root: Path) -> Path:
    """Return the folder of the tests, or the one above where the tests are a package."""
    folder = next((Path(name) for name in ("tests", "test") if (root / name).is_dir()), Path())
    while (root / folder / "__init__.py").exists() and folder != Path():
        folder = folder.parent
    return folder
