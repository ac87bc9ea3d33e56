"""Progress where somebody sees it: a bar in notebooks and terminals, nothing elsewhere."""

from __future__ import annotations

import html
import sys
import time
from collections.abc import Callable
from typing import Any

Progress = Callable[[int, int, str], object]
"""A function of replicates done, their total and the answer so far."""


def reporter(asked: bool | Progress | None) -> Progress | None:
    """What an argument `progress` asks for."""
    if callable(asked):
        return asked
    if asked is False:
        return None
    display = _notebook()
    if display is not None:
        return _Bar(display)
    if sys.stderr.isatty():
        return _Line()
    return None


def _notebook() -> Callable[..., Any] | None:
    """The function that shows things in a notebook, if this is one."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None or not hasattr(shell, "kernel"):
        return None
    from IPython.display import display

    show: Callable[..., Any] = display
    return show


class _Clock:
    """Time left, from the pace so far."""

    def __init__(self) -> None:
        self.began = time.monotonic()

    def left(self, done: int, total: int) -> str:
        if not done:
            return ""
        passed = time.monotonic() - self.began
        return f", {passed * (total - done) / done:.0f} s left"


class _Bar:
    """A bar in a notebook, which disappears at the end: no output is stored."""

    def __init__(self, display: Callable[..., Any]) -> None:
        self.display = display
        self.clock = _Clock()
        self.handle: Any = None
        self.shown = -1

    def __call__(self, done: int, total: int, answer: str) -> None:
        if done == self.shown:
            return
        self.shown = done
        text = f"{done} of {total} replicates{self.clock.left(done, total)}"
        page = {
            "text/html": f'<progress max="{total}" value="{done}"></progress> {text}'
            f"<br><small>{html.escape(answer)}</small>",
            "text/plain": text,
        }
        if self.handle is None:
            self.handle = self.display(page, raw=True, display_id=True)
        else:
            self.handle.update(page, raw=True)

    def close(self) -> None:
        if self.handle is not None:
            self.handle.update({"text/html": "", "text/plain": ""}, raw=True)


class _Line:
    """A line on a terminal, written over and in the end wiped."""

    def __init__(self) -> None:
        self.clock = _Clock()

    def __call__(self, done: int, total: int, answer: str) -> None:
        filled = 30 * done // max(total, 1)
        bar = "#" * filled + "-" * (30 - filled)
        text = f"{bar} {done}/{total} replicates{self.clock.left(done, total)}  {answer}"
        sys.stderr.write(f"\r\x1b[K{text[:120]}")
        sys.stderr.flush()

    def close(self) -> None:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
