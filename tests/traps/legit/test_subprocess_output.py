import asyncio


async def test_a():
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec("echo", "hello", stdout=pipe)
    out, _ = await process.communicate()
    assert out == b"hello\n"
