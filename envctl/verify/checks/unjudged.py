"""The results that are no verdict: a skip with its reason, an error with its cause."""

from __future__ import annotations

import re

from envctl.model.report import CheckResult
from envctl.verify.checks.messages import explain
from envctl.verify.facts import Case, Outcome

NOT_LIVE = "needs the environment on the machine itself"

_EXCEPTION = re.compile(r"(\w+\.)*\w*(Error|Exception)\b")


def raised(cause: str | None) -> bool:
    """Whether a probe's cause is what Python calls a failure, as opposed to a signal or a deadline."""
    return _EXCEPTION.match(cause or "") is not None


def skip(check: str, why: str, *, hint: str | None = None) -> CheckResult:
    """Of a check that has no object here."""
    return CheckResult(id=check, status="skip", summary=why, hint=hint)


def unanswered(check: str, why: str, *, asked: bool) -> CheckResult:
    """Of a check that lacks what it needs: no answer is an error where the answer is asked for."""
    hint = "capture nvidia-smi -q -x, or write driver: and gpus: as YAML"
    return CheckResult(id=check, status="error", summary=why, hint=hint) if asked else skip(check, why)


def probed(check: str, case: Case, probe: str) -> Outcome | CheckResult:
    """The probe's outcome where it has a value, else the check's result."""
    outcome = case.facts.one(probe)
    if outcome is None:
        return skip(check, f"{probe} was not run" if case.live else NOT_LIVE)
    if outcome.state == "done":
        return outcome
    if outcome.state == "unavailable":
        return skip(check, outcome.cause or f"{probe} has no object here")
    known = explain(outcome.cause, case.facts)
    return CheckResult(
        id=check,
        status="error",
        summary=f"{probe} came to no result",
        cause=f"{known.cause}\n{outcome.cause}" if known else outcome.cause,
        hint=known.fix if known else None,
    )
