"""The outcome of a suite of checks: an environment's drift and damage, a machine's fitness."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from envctl.errors import ExitCode

Status = Literal["pass", "warn", "fail", "skip", "error"]
STATUSES: tuple[Status, ...] = ("pass", "warn", "fail", "skip", "error")


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckResult:
    """What one check found. `error` is "could not check": neither it nor a skip is ever a pass."""

    id: str
    """Stable, kebab-case."""
    status: Status
    summary: str
    """One line."""
    cause: str | None = None
    """Why; may span lines."""
    hint: str | None = None
    """What to do."""
    measured: Mapping[str, Any] = field(default_factory=dict)
    """Figures and findings as plain JSON, units in their names."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """All checks of one run."""

    subject: str
    """What was checked, as people call it."""
    checks: tuple[CheckResult, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What was looked at, as plain JSON."""
    about: tuple[str, ...] = ()
    """What a reader must know to understand the verdict, a line each."""
    absent: tuple[str, ...] = ()
    """Ids of checks that failed only because something needed is not there."""

    @property
    def counts(self) -> dict[Status, int]:
        """How many checks ended in each status, all statuses named."""
        found = Counter(check.status for check in self.checks)
        return {status: found[status] for status in STATUSES}

    @property
    def exit_code(self) -> int:
        """1 where a check failed, 6 where one could not be made, 5 where something needed is absent, 6 where
        nothing was checked, else 0: the first of these that holds."""
        counts = self.counts
        failed = [check.id for check in self.checks if check.status == "fail"]
        if set(failed) - set(self.absent):
            return ExitCode.NO
        if counts["error"]:
            return ExitCode.UNCHECKED
        if failed:
            return ExitCode.ABSENT
        return ExitCode.OK if counts["pass"] + counts["warn"] else ExitCode.UNCHECKED
