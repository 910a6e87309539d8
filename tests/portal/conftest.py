"""A real Backstage backend for the tests of this folder."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.backstage import Portal, started


@pytest.fixture(scope="session")
def node() -> None:
    """Skip where Node is absent; where an installation fails, that is an error."""
    missing = [name for name in ("node", "npm") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"there is no {' and no '.join(missing)} here, so no Backstage: install Node")


@pytest.fixture(scope="session")
def portal(node: None, repository: Path) -> Iterator[Portal]:
    """Start the scaffolder alone; it may use and trusts the template."""
    with started([str(repository)], [str(repository)]) as portal:
        yield portal
