"""Whether GPUs are cut into instances (MIG), which changes what a count and a figure mean."""

from __future__ import annotations

from collections import Counter

from envctl.model.report import CheckResult
from envctl.verify.check import Check
from envctl.verify.checks.gpus import gpus
from envctl.verify.checks.unjudged import skip
from envctl.verify.facts import Case


def _judge(case: Case) -> CheckResult:
    found = gpus(case.facts)
    cut = [gpu for gpu in found if gpu.mig]
    measured = {f"GPU {gpu.index}": {"mig": gpu.mig, "instances": list(gpu.mig_devices)} for gpu in found}
    if not cut:
        has_mode = any(gpu.mig is False for gpu in found)
        return skip("mig", "no GPU is cut into instances" if has_mode else "no GPU has MIG")
    instances = Counter(device for gpu in cut for device in gpu.mig_devices)
    listed = ", ".join(f"{count} x {name}" for name, count in instances.items()) or "no instance is listed"
    return CheckResult(
        id="mig",
        status="pass" if instances else "skip",  # without one CUDA has no device; some reports list none
        summary=f"{len(cut)} of {len(found)} GPUs have MIG on: {listed}",
        cause="CUDA gives a process one instance only, and no peak is published for one",
        measured=measured,
    )


CHECK = Check(id="mig", judge=_judge)
