"""A thread that looks at the event loop from outside: does it answer, is it in time?"""

import asyncio
import contextlib
import os
import threading
import time
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from asyncio_guard.findings import Findings
from asyncio_guard.private import current_frames
from asyncio_guard.words import ROOT, location

TICK = 0.025  # Seconds between two looks.

# Below these, the stack is the loop's own. What waits in `selectors` is the loop itself,
# unless something of the test called it.
LOOP = "asyncio.events", "asyncio.base_events", "asyncio.runners"
# What blocks once, or because a person looks at it.
EXCUSED = "importlib._bootstrap", "bdb", "pdb"


class Run:
    """A test that runs now: its loop, its task, and the thread that both are in."""

    def __init__(self, item: pytest.Item, loop: asyncio.AbstractEventLoop) -> None:
        self.item = item
        self.loop = loop
        self.task = asyncio.current_task()
        self._thread = threading.get_ident()
        self._cpu = time.thread_time()

    def cpu_seconds(self) -> float:
        """Return the processor time that the thread used since it was last asked."""
        before, self._cpu = self._cpu, cpu_seconds(self._thread)
        return self._cpu - before

    def frames(self) -> Iterator[types.FrameType]:
        """Give the frames that run on the loop, the innermost first."""
        frame = current_frames().get(self._thread) if current_frames else None
        while frame and frame.f_globals.get("__name__") not in LOOP:
            yield frame
            frame = frame.f_back


class Watchdog(threading.Thread):
    """Finds calls that block the loop, and cancels a test that is over its limit."""

    def __init__(self, findings: Findings, limit: float) -> None:
        super().__init__(name="asyncio-guard", daemon=True)
        self.watched: Run | None = None
        self._findings = findings
        self._limit = limit
        self._stopped = threading.Event()
        self._collecting = False

    def stop(self) -> None:
        """End the thread."""
        self._stopped.set()
        self.join()

    def excuse(self, phase: str, info: dict[str, int]) -> None:
        """Leave a full collection of garbage out: a callback of the collector."""
        if info["generation"] == 2:
            if self.watched:
                self.watched.cpu_seconds()
            self._collecting = phase == "start"

    def run(self) -> None:
        """Look, again and again."""
        run: Run | None = None
        while not self._stopped.wait(TICK):
            if self._collecting:
                continue
            if self.watched is not run:
                run, age, blocked, task = self.watched, 0.0, 0.0, 0
                began = os.times().elapsed
                limit = time_limit(run.item) if run else 0.0
                answered = threading.Event()
                answered.set()
                if run and run.cpu_seconds() > self._limit:
                    self._name_the_call(run)
                continue  # Most tests have ended at the next look.
            if run is None:
                continue
            # Not read from one of `time`'s clocks, which a test may turn.
            age = max(age + TICK, os.times().elapsed - began)  # It is 0 on Windows.
            with contextlib.suppress(RuntimeError):  # The loop is closed by now.
                if age > limit:
                    self._cancel(run)
                    limit = float("inf")
                # On a busy machine neither the clock nor the number of looks tells. A
                # computation counts with the processor time that it took; a call that
                # waits, with one look. Much at once: a call let no other thread run.
                used = run.cpu_seconds()
                earlier, task = task, id(asyncio.current_task(run.loop))
                if answered.is_set() or task != earlier:
                    before, blocked = 0.0, used
                elif used < TICK / 4 and not processor_is_awaited():
                    before, blocked = blocked, blocked + TICK
                else:
                    before, blocked = blocked, blocked + used
                if answered.is_set():
                    answered.clear()
                    run.loop.call_soon_threadsafe(answered.set)
                if before < self._limit <= blocked:
                    self._name_the_call(run)

    def _cancel(self, run: Run) -> None:
        assert run.task is not None
        frames = waiting_frames(run.task.get_coro())
        own = [frame for frame in frames if is_own(frame.f_code.co_filename)]
        line = f" at {location((own or frames)[-1])}" if frames else ""
        self._findings.add(
            "timeout",
            f"the test was cancelled{line}, near the end of its time limit, so that "
            "its clean-up could run. Write: what ends in time, or a timeout mark",
        )
        run.loop.call_soon_threadsafe(run.task.cancel)

    def _name_the_call(self, run: Run) -> None:
        frames = list(run.frames())
        modules = {frame.f_globals.get("__name__") for frame in frames}
        if not modules - {"selectors"} or modules.intersection(EXCUSED):
            return
        own = [frame for frame in frames if is_own(frame.f_code.co_filename)]
        self._findings.add(
            "blocking",
            f"{location((own or frames)[0])} blocks the event loop for more than "
            f"{self._limit:g} s. Write: an async call, or await asyncio.to_thread(...)",
        )


def waiting_frames(coroutine: Any) -> list[types.FrameType]:
    """Return the frames of a coroutine that waits, the innermost last."""
    frames = []
    while frame := getattr(coroutine, "cr_frame", None):
        frames.append(frame)
        coroutine = coroutine.cr_await
    return frames


def cpu_seconds(thread: int) -> float:
    """Return the processor time of a thread; 0 where the system does not tell."""
    if not hasattr(time, "pthread_getcpuclockid"):
        return 0.0
    return time.clock_gettime(time.pthread_getcpuclockid(thread))


def processor_is_awaited() -> bool:
    """Return whether a thread of this process is ready but does not run, on Linux."""
    running = 0
    for path in Path("/proc/self/task").glob("*/stat"):
        with contextlib.suppress(OSError):  # The thread has ended.
            running += path.read_text().rpartition(")")[2].split()[0] == "R"
    return running > 1  # One is the thread that asks.


def time_limit(item: pytest.Item) -> float:
    """Return nine tenths of pytest-timeout's limit, in seconds.

    pytest-timeout itself raises in the middle of the loop and leaves the task running.
    """
    mark = item.get_closest_marker("timeout")
    value = mark and (mark.args or (mark.kwargs.get("timeout"),))[0]
    for read in (item.config.getvalue, item.config.getini):
        with contextlib.suppress(ValueError):
            value = value or read("timeout")
    return 0.9 * float(value or 0) or float("inf")


def is_own(file: str) -> bool:
    """Whether a file belongs to the project."""
    return file.startswith(str(ROOT)) and "site-packages" not in file
