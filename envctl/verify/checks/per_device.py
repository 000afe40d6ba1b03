"""From the verdict on each device to the one result of a check."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from envctl.model.report import CheckResult, Status
from envctl.verify.check import Check
from envctl.verify.checks.no_result import no_outcome, no_value
from envctl.verify.devices import label
from envctl.verify.facts import Case, Facts, Outcome

_WORST_FIRST: tuple[Status, ...] = ("fail", "error", "warn", "pass", "skip")


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """The verdict on one device; the fields are those of a check's result."""

    status: Status
    summary: str
    cause: str | None = None
    hint: str | None = None
    measured: Mapping[str, Any] = field(default_factory=dict)
    rank: float = 0.0
    """Which of two with the same status is worse: the lower one."""


def worst(judged: Sequence[Judged]) -> Judged:
    return min(judged, key=lambda each: (_WORST_FIRST.index(each.status), each.rank))


def per_device(check: str, probe: str, judge: Callable[[Case, Outcome], Judged]) -> Check:
    """A check of one probe. `judge` is asked for each outcome that has a value."""
    return Check(id=check, probes=(probe,), judge=partial(_judge_each, check, probe, judge))


def _judge_each(check: str, probe: str, judge: Callable[[Case, Outcome], Judged], case: Case) -> CheckResult:
    outcomes = case.facts.of(probe)
    if not case.live or not outcomes:
        return CheckResult(id=check, status="skip", summary=no_outcome(case, probe))
    verdicts = [
        (
            outcome.device,
            judge(case, outcome) if outcome.state == "done" else _no_verdict(case.facts, outcome),
        )
        for outcome in outcomes
    ]
    return combined(check, case.facts, verdicts)


def combined(check: str, facts: Facts, verdicts: Sequence[tuple[str | None, Judged]]) -> CheckResult:
    """The worst device's verdict, which is named where there are several; all of them are in `measured`."""
    named = worst([verdict for _, verdict in verdicts])
    others = [(device, verdict) for device, verdict in verdicts if verdict is not named]
    causes = [
        f"{label(facts, device)}: {verdict.summary}"
        for device, verdict in others
        if verdict.status not in ("pass", "skip")
    ]
    return CheckResult(
        id=check,
        status=named.status,
        summary=" ".join(_summary(facts, verdicts, named).split()),  # names and reasons may span lines
        cause="\n".join((*([named.cause] if named.cause else ()), *causes)) or None,
        hint=named.hint,
        measured={
            "devices": {
                device or "all": {"name": label(facts, device), "status": verdict.status, **verdict.measured}
                for device, verdict in verdicts
            }
        },
    )


def _no_verdict(facts: Facts, outcome: Outcome) -> Judged:
    if outcome.state == "unavailable":
        return Judged(status="skip", summary=outcome.cause or "not to be had here")
    cause, hint = no_value(facts, outcome)
    return Judged(status="error", summary=f"{outcome.probe} came to no result", cause=cause, hint=hint)


def _summary(facts: Facts, verdicts: Sequence[tuple[str | None, Judged]], named: Judged) -> str:
    if len(verdicts) == 1:
        return named.summary
    if len({verdict.summary for _, verdict in verdicts}) == 1:
        return f"{named.summary} (on each of {len(verdicts)} devices)"
    device = next(device for device, verdict in verdicts if verdict is named)
    skipped = sum(verdict.status == "skip" for _, verdict in verdicts)
    unjudged = f", {skipped} not judged" if skipped and named.status != "skip" else ""
    return f"{label(facts, device)}: {named.summary} (the worst of {len(verdicts)} devices{unjudged})"
