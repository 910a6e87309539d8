"""The checks of what a test leaves: coroutines, exceptions, open resources."""

import asyncio
import contextlib
import gc
import inspect
import logging
import socket
import sys
import types
import weakref
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from asyncio_guard.findings import Findings
from asyncio_guard.private import HAS_YOUNG
from asyncio_guard.tasks import (
    GRACE,
    IN_TEST,
    alive,
    check_future,
    is_unretrieved,
    reachable,
)
from asyncio_guard.words import origin, raised_at

# What is looked for among the objects that a test made.
KINDS = (
    types.CoroutineType,
    asyncio.Future,
    asyncio.AbstractEventLoop,
    asyncio.AbstractServer,
    socket.socket,
)


class Leftovers:
    """Finds what a test made, and what still is there when it ends.

    To look through all objects after each test would take longer than most tests. The
    garbage collector keeps young objects in the order of their birth, so only those are
    looked at that are younger than one that was made when the test began.
    """

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._border: list[None] | None = None
        self._young: list[weakref.ref[Any]] = []
        self._wanted: dict[type, bool] = {}  # issubclass takes its time.
        self.transports: list[weakref.ref[asyncio.BaseTransport]] = []

    def begin(self) -> None:
        """Begin to look: what is made from here on, the test makes."""
        self._border = []

    def end(self) -> None:
        """Note what the test made; what is made from here on is not the test's."""
        self.note("start", {})
        self._border = None

    def note(self, phase: str, info: dict[str, int]) -> None:
        """Note what the test made, before it grows old: a callback of the collector."""
        if phase != "start" or self._border is None or not HAS_YOUNG:
            return
        wanted = self._wanted
        for thing in reversed(gc.get_objects(generation=0)):
            if thing is self._border:
                break
            kind = type(thing)
            if kind not in wanted:
                wanted[kind] = issubclass(kind, KINDS)
            if wanted[kind]:
                self._young.append(weakref.ref(thing))

    def watched_init(self, init: Callable[..., None]) -> Callable[..., None]:
        """Return the __init__ of asyncio's transports, which notes those of the test."""

        def init_and_note(transport: Any, *args: Any, **kwargs: Any) -> None:
            init(transport, *args, **kwargs)
            if IN_TEST.get():
                self.transports.append(weakref.ref(transport))

        return init_and_note

    async def settle(self, kept: Iterable[object]) -> None:
        """Give the other ends of closed connections the time to see it."""
        left = set(filter(is_left, alive(self.transports)))
        left -= reachable(kept, left)
        for _ in range(10):
            if any(map(is_left, left)):
                await asyncio.sleep(GRACE / 10)

    def check(self, kept: Iterable[object]) -> None:
        """Find what is left, but for what a fixture keeps; and close it."""
        if not self._young and not self.transports:
            return
        refs = [*self._young, *self.transports]
        self._young, self.transports = [], []
        kinds = (asyncio.BaseTransport, socket.socket)
        may_be_garbage = any(isinstance(ref(), kinds) for ref in refs)
        with unraisable_errors() as errors:
            self._check_held(alive(refs), kept)
            if may_be_garbage:
                gc.collect(1)
        for error in errors:
            what = f"{error}. Write: `async with`, or close it"
            self._findings.add("resources", what)

    def _check_held(self, things: list[Any], kept: Iterable[object]) -> None:
        """Find what something still holds."""
        left = {thing for thing in things if is_left(thing)}
        for thing in left - reachable(kept, left):
            if isinstance(thing, asyncio.Future):
                check_future(thing, self._findings)
                continue
            if isinstance(thing, types.CoroutineType):
                self._findings.add(
                    "coroutines",
                    f"the coroutine {thing.__qualname__!r}{origin(thing)} is never "
                    "awaited. Write: `await` before the call",
                )
            else:
                self._findings.add(
                    "resources", f"{thing!r} stays open. {how_to_close(thing)}"
                )
            with contextlib.suppress(RuntimeError):  # Its loop is closed.
                thing.close()


class AsyncioLog(logging.Handler):
    """Finds what asyncio logs as an error, since nobody else looks at it."""

    def __init__(self, findings: Findings) -> None:
        super().__init__(logging.ERROR)
        self._findings = findings

    def emit(self, record: logging.LogRecord) -> None:
        """Note an error."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, asyncio.CancelledError):
            return  # So Python 3.11 ends a server's connection.
        line = record.getMessage().partition("\n")[0]
        self._findings.add(
            "errors",
            f"asyncio only logged: {line}{f': {error!r}' if error else ''}"
            f"{raised_at(error)}. Write: await the task or future, or handle the error",
        )


@contextlib.contextmanager
def unraisable_errors() -> Iterator[list[object]]:
    """Gather what garbage says as it is collected; pytest would blame a later test."""
    errors: list[object] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "unraisablehook", lambda said: errors.append(said.exc_value))
        yield errors


def is_left(thing: Any) -> bool:
    """Whether a test should have awaited, asked or closed a thing."""
    if isinstance(thing, types.CoroutineType):
        return inspect.getcoroutinestate(thing) == inspect.CORO_CREATED
    if isinstance(thing, asyncio.Future):
        return is_unretrieved(thing)
    if isinstance(thing, asyncio.BaseTransport):
        return not thing.is_closing()
    if isinstance(thing, asyncio.AbstractServer):
        return thing.is_serving()
    return isinstance(thing, asyncio.AbstractEventLoop) and not thing.is_closed()


def how_to_close(thing: object) -> str:
    """Return what to write so that a resource is closed."""
    if isinstance(thing, asyncio.AbstractEventLoop):
        return "Write: asyncio.run(), or `with asyncio.Runner()`"
    if isinstance(thing, asyncio.SubprocessTransport):
        return "Write: terminate() or kill(), then await wait()"
    return "Write: close(), then await wait_closed()"
