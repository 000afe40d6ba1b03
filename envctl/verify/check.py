"""What one check is: what it needs, and how it judges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from envctl.model.report import CheckResult
from envctl.verify.facts import Case


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One question about an environment on a machine. Its id is the id of its result."""

    id: str
    probes: tuple[str, ...] = ()
    """The probes that it needs; none where what the machine says is enough."""
    judge: Callable[[Case], CheckResult]
    """Pure, and never raises: facts may be None everywhere."""
