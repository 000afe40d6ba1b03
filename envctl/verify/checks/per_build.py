"""A check of each framework in an environment, as one result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from envctl.model.report import CheckResult, Status
from envctl.verify.facts import Case

_WORST_FIRST: tuple[Status, ...] = ("fail", "error", "warn", "pass", "skip")


def per_build(judge: Callable[[Case], CheckResult]) -> Callable[[Case], CheckResult]:
    """The judgement of the one build there is; of two the worse, or what is said of both where they agree."""

    def judged(case: Case) -> CheckResult:
        facts = case.facts
        first = judge(case)
        if facts.second_build is None:
            return first
        second = judge(replace(case, facts=replace(facts, build=facts.second_build, second_build=None)))
        worse, other = sorted((first, second), key=lambda result: _WORST_FIRST.index(result.status))
        untold = other.status in (worse.status, "skip")
        if untold and worse.summary != other.summary:
            return replace(worse, summary=f"{worse.summary}; {other.summary}")
        return worse

    return judged
