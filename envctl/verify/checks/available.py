"""Whether the framework can use the GPUs, and if not, which of the known reasons it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from envctl.model.build import Framework
from envctl.model.report import CheckResult
from envctl.verify.check import Check
from envctl.verify.checks.driver_present import installed
from envctl.verify.checks.gpus import attached, visible
from envctl.verify.checks.messages import explain
from envctl.verify.checks.unjudged import probed, skip
from envctl.verify.facts import Case
from envctl.verify.values import mappings, words


def _torch(case: Case) -> CheckResult:
    if case.live and case.facts.build and not case.facts.build_of("torch"):
        return skip("cuda-available", "torch is not in this environment")
    outcome = probed("cuda-available", case, "torch-cuda")
    if isinstance(outcome, CheckResult):
        return outcome
    message = outcome.value.get("message")
    said = "\n".join((*([message] if isinstance(message, str) else []), *words(outcome.value, "warnings")))
    if outcome.value.get("available") is True and mappings(outcome.value, "devices") and not message:
        return _usable("cuda-available", "torch", outcome.value, said)
    return _unusable("cuda-available", "torch", case, said)


def _tensorflow(case: Case) -> CheckResult:
    if case.live and case.facts.build and not case.facts.build_of("tensorflow"):
        return skip("tensorflow-gpu", "tensorflow is not in this environment")
    outcome = probed("tensorflow-gpu", case, "tensorflow-gpu")
    if isinstance(outcome, CheckResult):
        return outcome
    said = "\n".join(words(outcome.value, "messages"))
    if mappings(outcome.value, "devices"):
        return _usable("tensorflow-gpu", "tensorflow", outcome.value, said)
    return _unusable("tensorflow-gpu", "tensorflow", case, said)


def _usable(check: str, framework: str, value: Mapping[str, Any], said: str) -> CheckResult:
    devices = mappings(value, "devices")
    names = ", ".join(str(device.get("name")) for device in devices)
    count = len(devices)
    return CheckResult(
        id=check,
        status="pass",
        summary=f"{framework} can use {count} GPU{'' if count == 1 else 's'}: {names}",
        cause=said or None,
        measured={"devices": [dict(device) for device in devices]},
    )


def _unusable(check: str, framework: Framework, case: Case, said: str) -> CheckResult:
    facts, build = case.facts, case.facts.build_of(framework)
    if build and build.variant == "cpu" and not case.gpu_wanted:
        return skip(check, f"a CPU build of {framework}, and no GPU is asked for")
    known = explain(said, facts)
    summary = f"{framework} cannot use the GPU: {known.cause}" if known else f"{framework} cannot use the GPU"
    if not installed(facts) and not (build and build.variant == "cpu"):
        summary = f"CUDA build of {framework}, no driver here"
    if not case.gpu_wanted and not visible(facts.visible_devices, attached(facts)):
        return skip(check, f"{summary}; no GPU is asked for")
    return CheckResult(
        id=check,
        status="fail" if case.gpu_wanted else "warn",
        summary=summary,
        cause=said or None,
        hint=known.fix if known else "see whether nvidia-smi works, and what sudo dmesg | grep NVRM says",
    )


TORCH = Check(id="cuda-available", probes=("torch-cuda",), judge=_torch)
TENSORFLOW = Check(id="tensorflow-gpu", probes=("tensorflow-gpu",), judge=_tensorflow)
