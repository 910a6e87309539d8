# what: `pytestmark` in conftest.py, which pytest does not read.
# says: conftest.py:\d+: pytestmark has no effect in this file
# file: conftest.py
import pytest

pytestmark = pytest.mark.asyncio(loop_scope="module")
# file: test_pytestmark_in_conftest.py
import asyncio

import pytest

LOOPS = set()


@pytest.mark.asyncio
@pytest.mark.parametrize("number", [1, 2])
async def test_a(number):
    LOOPS.add(asyncio.get_running_loop())
