# what: A mark with a spelling mistake.
# says: no mark has this name

import pytest


@pytest.mark.asynco
def test_a():
    pass
