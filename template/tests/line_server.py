"""A real line server for the tests, on a port that the system chooses."""

import asyncio
import contextlib
from collections.abc import AsyncIterator


@contextlib.asynccontextmanager
async def line_server() -> AsyncIterator[tuple[str, int]]:
    """Serve on the loopback address; give the host and the port."""
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Reply to a line with the line in capitals; never to "hush"; hang up on "bye"."""
    while (line := await reader.readline()) not in (b"", b"bye\n"):
        if line != b"hush\n":
            writer.write(line.upper())
            await writer.drain()
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
