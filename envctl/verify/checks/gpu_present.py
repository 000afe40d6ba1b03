"""Whether a GPU is there for who asks for one."""

from __future__ import annotations

from envctl.model.report import CheckResult
from envctl.verify.check import Check
from envctl.verify.checks.gpus import attached, gpus, left, names, undescribed
from envctl.verify.checks.unjudged import skip, unanswered
from envctl.verify.facts import Case


def _judge(case: Case) -> CheckResult:
    machine, listed = case.facts.machine, case.facts.visible_devices
    if why := undescribed(case):
        return unanswered("gpu-present", why, asked=case.gpu_wanted)
    there = attached(case.facts)
    if left(case.facts):
        found = names(gpus(case.facts)) or f"{there} GPU{'' if there == 1 else 's'}"
        return CheckResult(id="gpu-present", status="pass", summary=found, measured={"gpus": there})
    if there:
        summary = f"CUDA_VISIBLE_DEVICES={listed} hides {'the GPU' if there == 1 else f'all {there} GPUs'}"
        cause = None
        hint = "unset CUDA_VISIBLE_DEVICES, or name a GPU that nvidia-smi -L lists"
    else:
        summary = "there is none"
        cause = "those that the driver has are lost" if machine and machine.gpus else None
        hint = (
            "nvidia-smi -L lists the GPUs of the driver, lspci -d 10de: those on the bus; "
            "sudo dmesg | grep NVRM says why one does not start"
        )
    if not case.gpu_wanted:
        return skip("gpu-present", f"no GPU is asked for, and {summary}" if there else "no GPU is asked for")
    return CheckResult(
        id="gpu-present",
        status="fail",
        summary=f"a GPU is asked for: {summary}",
        cause=cause,
        hint=hint,
        measured={"gpus": there, "visible_devices": listed},
    )


CHECK = Check(id="gpu-present", judge=_judge)
