"""The names that are not public, looked up here and nowhere else.

Where one is not there, its check finds less, and the end of the run says so.
"""

import asyncio
import sys
import sysconfig
import types
from collections.abc import Callable, Sequence
from typing import Any

# The test items of pytest-asyncio that ran, but not as `watch` expects it.
unwatched: list[str] = []

# Without it, the exception of a future that something still holds, and that nobody
# asked for, is not found; asyncio logs it when the holder lets go.
UNRETRIEVED = "_log_traceback"

# Documented, in spite of its name. Without it, a call that blocks is not named.
current_frames: Callable[[], dict[int, types.FrameType]] | None = getattr(
    sys, "_current_frames", None
)

# Only CPython with the GIL has a list of the young objects, in the order of birth.
# Without it, coroutines, futures and resources that something holds are not found.
HAS_YOUNG = sys.implementation.name == "cpython" and not sysconfig.get_config_var(
    "Py_GIL_DISABLED"
)


def fixture_facts(fixturedef: Any) -> tuple[str, str, Sequence[str], Any]:
    """Return a fixture's name, its home (a node id), the fixtures it asks for, its function.

    pytest says which attributes a FixtureDef has only in its source.
    """
    names = "argname", "baseid", "argnames", "func"
    name, home, needs, function = (getattr(fixturedef, n, None) for n in names)
    return name or "", home or "", needs or (), function


def missing() -> list[str]:
    """Return a sentence for each name that is not there."""
    there = {
        UNRETRIEVED: (hasattr(asyncio.Future, UNRETRIEVED), "errors"),
        "_current_frames": (current_frames is not None, "blocking"),
        "a list of young objects": (HAS_YOUNG, "coroutines, errors and resources"),
    }
    sentences = [
        f"this Python has no {name}: the check {check} finds less"
        for name, (is_there, check) in there.items()
        if not is_there
    ]
    if unwatched:
        sentences.append(
            f"{len(unwatched)} async tests ran unwatched, {unwatched[0]} the first: "
            "this pytest-asyncio runs them in a way that the guard does not know"
        )
    return sentences
