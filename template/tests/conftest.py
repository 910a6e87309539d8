"""What all tests share."""

{% if cookiecutter.event_loop != "asyncio" %}
import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
{% else %}
from collections.abc import AsyncIterator
{% endif %}

{% if cookiecutter.event_loop != "asyncio" %}
import pytest
{% endif %}
import pytest_asyncio
{% if cookiecutter.event_loop != "asyncio" %}
import uvloop
{% endif %}
from line_server import line_server

pytest_plugins = ["asyncio_guard"]


{% if cookiecutter.event_loop != "asyncio" %}
def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Name the event loops; each async test runs once on each of them."""
{% if cookiecutter.event_loop == "both" %}
    return {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}
{% else %}
    return {"uvloop": uvloop.new_event_loop}
{% endif %}


{% endif %}
{% if cookiecutter.loop_scope == "session" %}
@pytest_asyncio.fixture(scope="session")
async def server() -> AsyncIterator[tuple[str, int]]:
    """Run one line server for the whole run, on the loop that all tests share."""
{% else %}
@pytest_asyncio.fixture
async def server() -> AsyncIterator[tuple[str, int]]:
    """Run a fresh line server for each test, on the test's own loop."""
{% endif %}
    async with line_server() as address:
        yield address
