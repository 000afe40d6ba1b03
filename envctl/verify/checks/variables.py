"""Whether the caller's variables would have changed what was judged."""

from __future__ import annotations

from envctl.model.report import CheckResult
from envctl.verify.check import Check
from envctl.verify.checks.unjudged import NOT_LIVE, skip
from envctl.verify.facts import Case
from envctl.verify.hostile import HOSTILE


def _judge(case: Case) -> CheckResult:
    removed = case.facts.removed
    if not case.live:
        return skip("variables", NOT_LIVE)
    if not removed:
        return skip("variables", "no variable had to be taken away")
    return CheckResult(
        id="variables",
        status="warn",
        summary=f"judged without {', '.join(removed)}, which your own programs get",
        cause="\n".join(
            f"{name}={value}: {HOSTILE.get(name, 'it changes what programs do')}"
            for name, value in removed.items()
        ),
        hint=f"unset {' '.join(removed)}",
        measured={"removed": dict(removed)},
    )


CHECK = Check(id="variables", judge=_judge)
