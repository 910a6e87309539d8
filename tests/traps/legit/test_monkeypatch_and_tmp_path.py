import asyncio


async def test_a(monkeypatch, tmp_path, caplog):
    monkeypatch.setenv("X", "1")
    await asyncio.to_thread((tmp_path / "a").write_text, "a")
