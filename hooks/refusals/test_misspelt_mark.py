# A mark with a spelling mistake.
# refused with: 'asynco' not found in `markers`
import pytest


@pytest.mark.asynco
async def test_misspelt_mark():
    pass
