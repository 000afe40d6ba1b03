"""Which CUDA libraries TensorFlow cannot load: it does not say so itself."""

from __future__ import annotations

from envctl.model.report import CheckResult
from envctl.verify.check import Check
from envctl.verify.checks.unjudged import probed, skip
from envctl.verify.facts import Case
from envctl.verify.values import mappings


def _judge(case: Case) -> CheckResult:
    if case.live and case.facts.build and not case.facts.build_of("tensorflow"):
        return skip("tensorflow-libraries", "tensorflow is not in this environment")
    outcome = probed("tensorflow-libraries", case, "tensorflow-libraries")
    if isinstance(outcome, CheckResult):
        return outcome
    libraries = mappings(outcome.value, "libraries")
    missing = {
        str(each.get("name")): each.get("error") for each in libraries if each.get("loaded") is not True
    }
    if not libraries:
        return skip("tensorflow-libraries", "this build needs no CUDA library")
    measured = {"libraries": [dict(each) for each in libraries]}
    if not missing:
        return CheckResult(
            id="tensorflow-libraries",
            status="pass",
            summary=f"all {len(libraries)} CUDA libraries load",
            measured=measured,
        )
    summary = f"cannot be loaded: {', '.join(missing)}"
    if not (case.gpu_wanted or case.expectations.cuda):
        return skip("tensorflow-libraries", f"no GPU is asked for; {summary}")
    return CheckResult(
        id="tensorflow-libraries",
        status="fail",
        summary=summary,
        cause="\n".join(f"{name}: {error or 'no cause was given'}" for name, error in missing.items()),
        hint="pip: tensorflow[and-cuda] brings them; conda: a CUDA build of tensorflow (tensorflow=*=cuda*), "
        "whose cudatoolkit or cuda-libraries and cudnn bring them",
        measured=measured,
    )


CHECK = Check(id="tensorflow-libraries", probes=("tensorflow-libraries",), judge=_judge)
