"""Whether the framework imports."""

from __future__ import annotations

from dataclasses import replace

from envctl.model.report import CheckResult
from envctl.verify.check import Check
from envctl.verify.checks.messages import explain
from envctl.verify.checks.per_build import per_build
from envctl.verify.checks.unjudged import probed, raised, skip
from envctl.verify.facts import Case


def _judge(case: Case) -> CheckResult:
    build, facts = case.facts.build, case.facts
    framework = build.framework if build else "tensorflow" if facts.one("tensorflow-import") else "torch"
    probe = f"{framework}-import"
    outcome = facts.one(probe)
    if build is None and outcome is None:
        return skip("framework-import", "neither torch nor tensorflow is in this environment")
    if outcome and outcome.state == "error" and raised(outcome.cause):
        known = explain(outcome.cause, facts)
        return CheckResult(
            id="framework-import",
            status="fail",
            summary=f"{framework} does not import{f': {known.cause}' if known else ''}",
            cause=outcome.cause,
            hint=known.fix if known else "envctl check --files says whether its packages are whole",
        )
    if outcome and outcome.state == "error" and not case.live:  # this machine may not be one for it
        why = (outcome.cause or "it came to no result").splitlines()[0]
        return skip("framework-import", f"{framework} could not be asked here: {why}")
    done = probed("framework-import", case, probe)
    if isinstance(done, CheckResult):
        whole = "envctl check --files says whether its packages are whole"
        return replace(done, hint=done.hint or whole) if done.status == "error" else done
    version = done.value.get("version")
    return CheckResult(
        id="framework-import",
        status="pass",
        summary=f"{framework} {version} imports" if version else f"{framework} imports",
        measured={**done.value, "wall_s": done.wall_s},
    )


CHECK = Check(id="framework-import", probes=("torch-import", "tensorflow-import"), judge=per_build(_judge))
