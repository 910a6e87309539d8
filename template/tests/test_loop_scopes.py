"""The rule of loop scopes: a fixture and the tests that use it name the same one.

`scope` says how long the fixture's value lives, `loop_scope` on which loop its code runs.
Where neither side names a loop scope, both get the one that pyproject.toml sets.
"""

import asyncio

import pytest
import pytest_asyncio


@pytest_asyncio.fixture(loop_scope="function")
async def loop_of_function() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()


@pytest_asyncio.fixture(scope="class", loop_scope="class")
async def loop_of_class() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def loop_of_module() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def loop_of_session() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()


@pytest.mark.asyncio(loop_scope="function")
async def test_function(loop_of_function: asyncio.AbstractEventLoop) -> None:
    assert loop_of_function is asyncio.get_running_loop()


@pytest.mark.asyncio(loop_scope="class")
class TestClass:
    async def test_first(self, loop_of_class: asyncio.AbstractEventLoop) -> None:
        assert loop_of_class is asyncio.get_running_loop()

    async def test_second(self, loop_of_class: asyncio.AbstractEventLoop) -> None:
        assert loop_of_class is asyncio.get_running_loop()


@pytest.mark.asyncio(loop_scope="module")
async def test_module(loop_of_module: asyncio.AbstractEventLoop) -> None:
    assert loop_of_module is asyncio.get_running_loop()


@pytest.mark.asyncio(loop_scope="session")
async def test_session(loop_of_session: asyncio.AbstractEventLoop) -> None:
    assert loop_of_session is asyncio.get_running_loop()
