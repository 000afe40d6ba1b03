"""Whether the modules that the expectations name import."""

from __future__ import annotations

from envctl.model.report import CheckResult
from envctl.verify.check import Check
from envctl.verify.checks.messages import explain
from envctl.verify.checks.unjudged import NOT_LIVE, raised, skip
from envctl.verify.facts import Case


def _judge(case: Case) -> CheckResult:
    modules = case.expectations.imports
    if not modules:
        return skip("imports", "no module is named by the expectations")
    if not case.live:
        return skip("imports", NOT_LIVE)
    versions: dict[str, str | None] = {}
    broken: dict[str, str] = {}
    for module in modules:
        outcome = case.facts.one(f"import:{module}")
        if outcome and outcome.state == "done":
            versions[module] = outcome.value.get("version")
        elif outcome:
            broken[module] = outcome.cause or "no cause was given"
    measured = {"versions": versions, "broken": broken}
    if broken:
        known = [message for message in (explain(why, case.facts) for why in broken.values()) if message]
        fixes = dict.fromkeys(message.fix for message in known)
        fails = any(map(raised, broken.values()))
        verb = ("does" if len(broken) == 1 else "do") + " not import" if fails else "could not be tried"
        usual = (
            "put what is missing among the dependencies; envctl check finds damage"
            if fails
            else "envctl check --files says whether the environment is whole"
        )
        return CheckResult(
            id="imports",
            status="fail" if fails else "error",
            summary=f"{', '.join(broken)} {verb}",
            cause="\n".join(f"{module}: {why}" for module, why in broken.items()),
            hint="; ".join(fixes) or usual,
            measured=measured,
        )
    unknown = [module for module in modules if module not in versions]
    if unknown:
        return CheckResult(
            id="imports", status="error", summary=f"not tried: {', '.join(unknown)}", measured=measured
        )
    told = ", ".join(f"{module} {version}" if version else module for module, version in versions.items())
    return CheckResult(id="imports", status="pass", summary=told, measured=measured)


CHECK = Check(id="imports", judge=_judge)
