"""A client for line servers: a request is a line, its reply is a line, in the same order."""

import asyncio
import contextlib
from collections import deque
from types import TracebackType
from typing import Self


class Client:
    """One connection to a line server; any number of tasks may share it.

    Requests overlap: each is sent at once, and a background task hands each reply to the
    request that waits for it. Use it as `async with await Client.connect(host, port)`.
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        reply_timeout: float,
    ) -> None:
        self._writer = writer
        self._reply_timeout = reply_timeout
        self._waiting: deque[asyncio.Future[str]] = deque()
        self._receiver = asyncio.create_task(self._receive(reader))

    @classmethod
    async def connect(cls, host: str, port: int, *, reply_timeout: float = 5.0) -> Self:
        """Connect; each request then waits at most `reply_timeout` seconds for its reply.

        Raises OSError when nobody answers there.
        """
        reader, writer = await asyncio.open_connection(host, port)
        return cls(reader, writer, reply_timeout=reply_timeout)

    @property
    def closed(self) -> bool:
        """Whether the connection has ended, on this side or on the server's."""
        return self._receiver.done()

    async def request(self, line: str) -> str:
        """Send a line and return the reply, both without their line ends.

        Raises ValueError when `line` holds a line end, TimeoutError when no reply comes
        in time, ConnectionError when the connection has ended.
        """
        if "\n" in line:
            raise ValueError(f"a request is one line, not {line!r}")
        if self.closed:
            raise ConnectionError("the connection is closed")
        reply: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        ends: set[asyncio.Future[str] | asyncio.Task[None]] = {reply, self._receiver}
        self._waiting.append(reply)
        try:
            async with asyncio.timeout(self._reply_timeout):
                self._writer.write(f"{line}\n".encode())
                await self._writer.drain()
                await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            if not reply.done():
                raise ConnectionError("the connection ended before the reply")
            return reply.result()
        finally:
            reply.cancel()  # A request that gave up: its reply is read, and dropped.

    async def aclose(self) -> None:
        """Close the connection; a request that still waits gets a ConnectionError."""
        self._receiver.cancel()
        await asyncio.wait({self._receiver})
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def _receive(self, reader: asyncio.StreamReader) -> None:
        """Give each line that arrives to the oldest request, until the server hangs up.

        A line that is too long, or not UTF-8, ends the connection as a hang-up does.
        """
        with contextlib.suppress(OSError, ValueError):
            while (line := await reader.readline()) and self._waiting:
                reply = self._waiting.popleft()
                if not reply.done():
                    reply.set_result(line.decode().rstrip("\n"))
