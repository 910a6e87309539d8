"""Connections that are opened on demand and used again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self

from {{ cookiecutter.package_name }}.client import Client


class Pool:
    """At most `size` connections to one line server, each lent to one task at a time.

    Use it as `async with Pool(host, port) as pool`, then `async with pool.client()`.
    """

    def __init__(
        self, host: str, port: int, *, size: int = 4, reply_timeout: float = 5.0
    ) -> None:
        self._host = host
        self._port = port
        self._reply_timeout = reply_timeout
        self._free = asyncio.Semaphore(size)
        self._idle: list[Client] = []

    @asynccontextmanager
    async def client(self) -> AsyncIterator[Client]:
        """Lend a connection; wait for one while all are lent."""
        async with self._free:
            client = await self._take()
            try:
                yield client
            finally:
                self._idle.append(client)

    async def aclose(self) -> None:
        """Close the idle connections; call it when none is lent."""
        while self._idle:
            await self._idle.pop().aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def _take(self) -> Client:
        while self._idle:
            client = self._idle.pop()
            if not client.closed:
                return client
            await client.aclose()
        return await Client.connect(
            self._host, self._port, reply_timeout=self._reply_timeout
        )
