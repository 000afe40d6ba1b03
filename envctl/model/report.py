"""The outcome of a suite of checks: an environment's drift and damage, a machine's fitness."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

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

    @property
    def counts(self) -> dict[Status, int]:
        """How many checks ended in each status, all statuses named."""
        found = Counter(check.status for check in self.checks)
        return {status: found[status] for status in STATUSES}

    @property
    def exit_code(self) -> int:
        """1 where a check failed, else 6 where one could not be made or none was, else 0."""
        counts = self.counts
        if counts["fail"]:
            return 1
        return 6 if counts["error"] or not counts["pass"] + counts["warn"] else 0
