"""Words for what was found: places, tasks, exceptions."""

import sys
import types
from pathlib import Path
from typing import Any

ROOT = Path.cwd()


def place(file: str, line: int) -> str:
    """Return a place as pytest writes it: relative to the folder it was started in."""
    path = Path(file)
    return f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}:{line}"


def location(frame: types.FrameType) -> str:
    """Return where a frame is: file, line, function."""
    return (
        f"{place(frame.f_code.co_filename, frame.f_lineno)} in {frame.f_code.co_name}"
    )


def origin(coroutine: Any) -> str:
    """Return where a coroutine was made: the first place that is not a library's."""
    places = getattr(coroutine, "cr_origin", None) or ()
    own = [p for p in places if not p[0].startswith((sys.base_prefix, sys.prefix))]
    file, line, _ = (own or places or [("", 0, "")])[0]
    return f", made at {place(file, line)}," if file else ""


def describe(task: Any) -> str:
    """Return words for a task."""
    coroutine = task.get_coro()
    name = getattr(coroutine, "__qualname__", task.get_name())
    return f"the task {name!r}{origin(coroutine)}"


def raised_at(error: BaseException | None) -> str:
    """Return where an exception was raised."""
    trace = error.__traceback__ if error else None
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f" at {location(trace.tb_frame)}" if trace else ""
