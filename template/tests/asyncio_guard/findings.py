"""What was found, and what the marks and options say about it."""

import pytest

CHECKS = [
    "configuration",
    "collection",
    "loops",
    "errors",
    "tasks",
    "coroutines",
    "resources",
    "blocking",
    "timeout",
]


class Findings:
    """Gathers what the checks find, until a phase of a test ends and fails for it."""

    def __init__(self, off: list[str]) -> None:
        self._off = set(off)
        self.found: list[tuple[str, str]] = []

    def add(self, check: str, what: str) -> None:
        """Note a finding: what, where, and what to write instead."""
        if check not in self._off:
            self.found.append((check, what))

    def take(self, item: pytest.Item) -> str:
        """Return what was found so far, without what the marks of the test allow."""
        found, self.found = self.found, []
        off = switched_off(item)
        return "\n".join(
            f"asyncio guard: {what}. [{check}]"
            for check, what in dict.fromkeys(found)
            if check not in off
        )


def switched_off(item: pytest.Item) -> set[str]:
    """Return the checks that the marks of a test switch off."""
    off: set[str] = set()
    for mark in item.iter_markers("asyncio_guard"):
        if not mark_mistake(mark):
            off.update(names(mark))
    return off


def mark_mistake(mark: pytest.Mark) -> str:
    """Return what is wrong with a mark of the guard, or nothing."""
    if mark.kwargs.get("reason") and names(mark) and set(names(mark)) <= set(CHECKS):
        return ""
    return (
        "the mark asyncio_guard says not what is off, or not why. "
        f"Write: reason=, and off=, of {', '.join(CHECKS[1:])}"
    )


def names(mark: pytest.Mark) -> list[str]:
    """Return the checks that a mark names: one, or a list."""
    off = mark.kwargs.get("off", [])
    return [off] if isinstance(off, str) else list(off)
