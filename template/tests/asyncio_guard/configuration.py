"""The check of the configuration: what went wrong in it after the project was made."""

import importlib.metadata
import inspect
import re
import tomllib
import unittest
from collections.abc import Iterator

import pytest
import pytest_asyncio

SCOPES = "asyncio_default_fixture_loop_scope", "asyncio_default_test_loop_scope"
UNREAD = "pytest", "asyncio", "pytest-asyncio", "pytest_asyncio"

# The versions that the guard was tried with, from, and up to but not with.
TRIED = {"pytest": ((9, 1), (9, 3)), "pytest-asyncio": ((1, 5), (1, 6))}


def version(package: str) -> tuple[int, int]:
    """Return the first two numbers of a package's version."""
    major, minor = re.findall(r"\d+", importlib.metadata.version(package) + ".0")[:2]
    return int(major), int(minor)


def untried_versions() -> Iterator[str]:
    """Give a sentence for each package in a version that the guard does not know."""
    for package, (first, end) in TRIED.items():
        if not first <= version(package) < end:
            yield (
                f"not tried with {package} {importlib.metadata.version(package)}, "
                "so it may find less; the template's newest release may know it"
            )


def mode_mistake(items: list[pytest.Item]) -> str:
    """Return what is wrong when the mode does not fit most of the tests, or nothing."""
    run = [item for item in items if pytest_asyncio.is_async_test(item)]
    unmarked = [
        item
        for item in set(items).difference(run)
        if isinstance(item, pytest.Function)
        and inspect.iscoroutinefunction(item.obj)
        and not issubclass(item.cls or object, unittest.TestCase)
        and not {"anyio", "trio"}.intersection(
            mark.name for mark in item.iter_markers()
        )
    ]
    if len(unmarked) <= len(run):
        return ""
    first = min(unmarked, key=items.index)
    return (
        f"asyncio_mode is strict, and {len(unmarked)} of {len(unmarked) + len(run)} async "
        f"tests have no mark, {first.nodeid} the first. "
        'Write: asyncio_mode = "auto", or @pytest.mark.asyncio'
    )


def configuration_mistakes(config: pytest.Config) -> Iterator[str]:
    """Give a sentence for each mistake."""
    if not config.pluginmanager.hasplugin("asyncio"):
        yield "pytest-asyncio is not active. Write: no `-p no:asyncio`, and install it"
        return
    path = config.rootpath / "pyproject.toml"
    data = tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
    tool = data.get("tool", {})
    own = tool.get("pytest", {})
    native = {name for name in own if name != "ini_options"}
    options = own.get("ini_options", own)
    tables = {f"tool.{name}": tool.get(name) for name in UNREAD[1:]}
    tables |= {name: data.get(name) for name in UNREAD}
    if version("pytest") < (9, 0):
        tables["tool.pytest"] = native
    for name, table in tables.items():
        if table:
            yield (
                f"pytest {pytest.__version__} does not read [{name}] in pyproject.toml. "
                "Write: pytest 9.1 or later, and the options in [tool.pytest]"
            )
            return
    if config.inipath != path and any(name.startswith("asyncio") for name in options):
        yield (
            f"{config.inipath} hides [tool.pytest] of pyproject.toml. "
            "Write: all options in one of the two"
        )
        return
    # pytest-asyncio has a default for one of the two: only the file tells what is set.
    values = [config.getini(name) for name in SCOPES]
    if config.inipath == path and SCOPES[1] not in options:
        values[1] = ""
    if values[0] != values[1]:
        said = [
            f"{name} is {value!r}" if value else f"{name} is not set"
            for name, value in zip(SCOPES, values, strict=True)
        ]
        yield f"{' and '.join(said)}. Write: both, with the same scope"
