"""Check the tests of this project: `python tests/asyncio_check`."""

import os
import sys
import tomllib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from asyncio_check.rules import findings
from asyncio_check.source import Source, Unreadable
from asyncio_check.suite import Settings, Suite

TESTS = Path(__file__).resolve().parent.parent


def read_settings(path: Path) -> Settings:
    """Return what a pyproject.toml says of pytest-asyncio."""
    pytest = tomllib.loads(path.read_text("utf-8")).get("tool", {}).get("pytest", {})
    options = pytest.get("ini_options", pytest)
    return Settings(
        mode=options.get("asyncio_mode", "strict"),
        fixture_scope=options.get("asyncio_default_fixture_loop_scope", ""),
        test_scope=options.get("asyncio_default_test_loop_scope", ""),
        others="trio_mode" in options or "anyio_mode" in options,
    )


def main() -> int:
    """Print the mistakes; return 1 if there are any."""
    sources, lines = [], []
    for path in sorted(TESTS.rglob("*.py")):
        shown = Path(os.path.relpath(path))
        try:
            sources.append(Source(shown, path.read_bytes()))
        except Unreadable as error:
            place = shown.as_posix()
            lines.append(f"{place}: not checked: {error}. Write: Python in UTF-8")
    settings = read_settings(TESTS.parent / "pyproject.toml")
    lines += map(str, sorted(findings(Suite(sources, settings))))
    print(*lines, sep="\n", end="\n" if lines else "")
    return bool(lines)


if __name__ == "__main__":
    sys.exit(main())
