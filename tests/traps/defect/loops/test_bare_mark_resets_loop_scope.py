# what: A mark without loop_scope inside one with it.
# says: undoes the outer loop_scope='class'

import asyncio

import pytest

LOOPS = set()


@pytest.mark.asyncio(loop_scope="class")
class TestShared:
    async def test_a(self):
        LOOPS.add(asyncio.get_running_loop())

    @pytest.mark.asyncio
    async def test_b(self):
        """The bare mark silently undoes the loop_scope of the class."""
        LOOPS.add(asyncio.get_running_loop())
