"""Whether there are as many GPUs as expected, and the framework sees those that the driver has."""

from __future__ import annotations

from functools import partial

from envctl.model.report import CheckResult
from envctl.verify.check import Check
from envctl.verify.checks.gpus import attached, gpus, left, undescribed
from envctl.verify.checks.unjudged import skip, unanswered
from envctl.verify.facts import Case, Facts
from envctl.verify.values import number

_LIST = "nvidia-smi -L lists the GPUs of the driver, lspci -d 10de: those on the bus"


def _judge(case: Case) -> CheckResult:
    facts, expected = case.facts, case.expectations.count
    machine, listed, there = facts.machine, facts.visible_devices, attached(case.facts)
    if why := undescribed(case):
        return unanswered("gpu-count", why, asked=expected is not None)
    seen = _seen(facts)
    usable = seen or left(facts)
    measured = {"expected": expected, "driver": there, "visible_devices": listed, "framework": seen}
    result = partial(CheckResult, id="gpu-count", cause=_reasons(facts, usable), measured=measured)
    if expected is None:
        mig = any(gpu.mig for gpu in gpus(facts))  # CUDA shows a process one instance only
        if seen and seen < there and listed is None and not mig:
            return result(status="warn", summary=f"torch sees {_gpus(seen)} of {there}", hint=_LIST)
        return skip("gpu-count", f"no count is expected, and {_gpus(usable)} can be used")
    summary = f"{_gpus(usable)} can be used, {expected} expected"
    if usable < expected:
        hint = (
            "unset CUDA_VISIBLE_DEVICES, or expect no more than it leaves"
            if there >= expected and listed is not None
            else f"{_LIST}; sudo dmesg | grep Xid says why one was lost"
        )
        return result(status="fail", summary=summary, hint=hint)
    if usable > expected:
        return result(status="warn", summary=summary, hint="put the right count into verify")
    if machine and machine.gpus and (machine.count or 0) > len(machine.gpus):
        return result(
            status="warn",
            summary=f"{_gpus(there)} by count, and {len(machine.gpus)} described",
            cause="the description is a part, or a GPU does not answer",
            hint=_LIST,
        )
    return result(status="pass", summary=f"{_gpus(usable)}, as expected")


def _seen(facts: Facts) -> int | None:
    """How many GPUs torch sees. That it sees none at all is for cuda-available to explain."""
    cuda = facts.one("torch-cuda")
    count = number(cuda.value, "device_count") if cuda else None
    return int(count) if count else None


def _reasons(facts: Facts, usable: int) -> str | None:
    """Why fewer GPUs can be used than the driver has."""
    there, machine = attached(facts), facts.machine
    lost = len(machine.gpus) - len(gpus(facts)) if machine else 0
    reasons = []
    if usable != there:
        reasons.append(f"the driver has {there}")
    if facts.visible_devices is not None and usable < there:
        reasons.append(f"CUDA_VISIBLE_DEVICES={facts.visible_devices}")
    if lost:
        reasons.append(f"{lost} more do{'es' if lost == 1 else ''} not answer")
    return "; ".join(reasons) or None


def _gpus(count: int) -> str:
    return f"{count} GPU{'' if count == 1 else 's'}"


CHECK = Check(id="gpu-count", probes=("torch-cuda",), judge=_judge)
