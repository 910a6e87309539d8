"""A context variable that a fixture sets is seen by the test; a task's own changes stay its own."""

import asyncio
from collections.abc import AsyncIterator
from contextvars import ContextVar

{% if cookiecutter.asyncio_mode == "strict" %}
import pytest
{% endif %}
import pytest_asyncio

{% if cookiecutter.asyncio_mode == "strict" %}
pytestmark = pytest.mark.asyncio

{% endif %}
request_id: ContextVar[str] = ContextVar("request_id", default="none")


@pytest_asyncio.fixture
async def request_7() -> AsyncIterator[None]:
    token = request_id.set("7")
    yield
    request_id.reset(token)


async def test_the_test_sees_what_its_fixture_set(request_7: None) -> None:
    assert request_id.get() == "7"


async def test_other_tests_do_not_see_it() -> None:
    assert request_id.get() == "none"


async def test_a_task_changes_only_its_own_copy(request_7: None) -> None:
    async def change() -> str:
        request_id.set("8")
        return request_id.get()

    assert await asyncio.create_task(change()) == "8"
    assert request_id.get() == "7"
