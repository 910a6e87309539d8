# what: `pytestmark` in __init__.py, which pytest does not read.
# says: __init__.py:\d+: pytestmark has no effect in this file
# file: __init__.py
import pytest

pytestmark = pytest.mark.asyncio(loop_scope="module")
# file: test_pytestmark_in_package.py
import asyncio

import pytest

LOOPS = set()


@pytest.mark.asyncio
@pytest.mark.parametrize("number", [1, 2])
async def test_a(number):
    LOOPS.add(asyncio.get_running_loop())
