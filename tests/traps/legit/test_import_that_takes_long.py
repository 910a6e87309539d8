# what: A module that a test imports for the first time, and that takes long.

import sys


async def test_a(tmp_path, monkeypatch):
    (tmp_path / "takes_long.py").write_text("import time\ntime.sleep(0.3)\n")
    monkeypatch.syspath_prepend(tmp_path)
    import takes_long

    assert sys.modules["takes_long"] is takes_long
