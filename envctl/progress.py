"""How an operation tells what it is doing, without knowing who listens.

Operations never print. They report to a `Reporter`; the command line passes one that draws bars on a
terminal, everything else passes `SILENT`.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Literal, Protocol

Unit = Literal["bytes", "packages", "steps"]


class Task(Protocol):
    """One running piece of work."""

    def advance(self, done: int, *, total: int | None = None, note: str = "") -> None:
        """`done` of `total` units are finished in all (absolute, not the increment)."""


class Reporter(Protocol):
    """Receives what happens while an operation runs."""

    def task(self, label: str, *, unit: Unit, total: int | None = None) -> AbstractContextManager[Task]:
        """Announce a piece of work; leaving the context ends it."""

    def note(self, text: str) -> None:
        """Something a person wants to know and a script does not."""

    def warn(self, text: str) -> None:
        """Something odd that did not stop the operation."""


class _SilentTask:
    def advance(self, done: int, *, total: int | None = None, note: str = "") -> None: ...


class SilentReporter:
    """Hears everything and says nothing."""

    def task(self, label: str, *, unit: Unit, total: int | None = None) -> AbstractContextManager[Task]:
        return nullcontext(_SilentTask())

    def note(self, text: str) -> None: ...

    def warn(self, text: str) -> None: ...


SILENT = SilentReporter()
