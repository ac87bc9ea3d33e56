"""Exceptions and warnings of the package."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a file, and its place."""

    severity: str
    """`error`, or `warning` for what is probably not meant."""
    code: str
    """What kind it is, in a stable word: `chokepoint explain CODE` says more."""
    path: str
    """The file as it was named, or `--set` for an override."""
    line: int
    """Line, from 1; 0 when the problem is the file itself."""
    column: int
    """Column in characters, from 1; 0 when the problem is the file itself."""
    message: str
    """What is wrong."""
    help: str | None
    """What to do about it."""
    excerpt: str
    """The line that it points at."""

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}:{self.column}" if self.line else self.path
        lines = [f"{place}: {self.severity}[{self.code}]: {self.message}"]
        if self.excerpt.strip():
            lines.append(f"    {self.excerpt.strip()}")
        if self.help:
            lines.append(f"    help: {self.help}")
        return "\n".join(lines)


class ScenarioError(ValueError):
    """Scenario or experiment files cannot be used; `problems` has everything that is wrong, with places."""

    problems: list[Problem]

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(list(problems))
        self.problems = list(problems)

    def __str__(self) -> str:
        count = len(self.problems)
        end = f"{count} problem{'' if count == 1 else 's'}"
        return "\n".join([*(str(problem) for problem in self.problems), end])


class RunError(RuntimeError):
    """A run failed: no base year for its parameters, books out of balance, or too large for this machine."""


class StoreError(RuntimeError):
    """A run directory cannot be written, is unfinished, or holds files that its run did not write."""


class ChokepointWarning(UserWarning):
    """The numbers are right, but not everything went as asked: a figure was left out, a lock of a process that crashed
    was taken over, a damaged shard was run again, or a file says what is probably not meant."""
