"""Whether the GPUs answer, and the NVLink fabric between them is set up."""

from __future__ import annotations

from collections.abc import Sequence

from envctl.model.machine import Gpu
from envctl.model.report import CheckResult
from envctl.verify.check import Check
from envctl.verify.checks.gpus import gpus
from envctl.verify.checks.messages import explain
from envctl.verify.checks.unjudged import skip
from envctl.verify.facts import Case


def _reachable(case: Case) -> CheckResult:
    machine = case.facts.machine
    if machine is None or not machine.gpus:
        return skip("gpu-reachable", "there is no GPU")
    lost = {f"GPU {gpu.index}": gpu.lost for gpu in machine.gpus if gpu.lost}
    asked = {
        f"GPU {gpu.index}": gpu.recovery_action
        for gpu in machine.gpus
        if gpu.recovery_action and gpu.recovery_action.lower() != "none"
    }
    measured = {"lost": lost, "recovery": asked}
    if not lost and not asked and (machine.count or 0) > len(machine.gpus):
        return CheckResult(
            id="gpu-reachable",
            status="warn",
            summary=f"{machine.count} GPUs are attached, and {len(machine.gpus)} described",
            cause="the report is a part, or a GPU does not answer",
            hint="nvidia-smi -L lists the GPUs of the driver, lspci -d 10de: those on the bus",
            measured=measured,
        )
    if not lost and not asked:
        return CheckResult(
            id="gpu-reachable", status="pass", summary=_answer(machine.gpus), measured=measured
        )
    marked = [str(gpu.index) for gpu in machine.gpus if gpu.lost or f"GPU {gpu.index}" in asked]
    hint = f"sudo nvidia-smi --gpu-reset -i {','.join(marked)}; where that fails, reboot"
    if any("reboot" in action.lower() for action in asked.values()):
        hint = "reboot"
    drain = not lost and all(action.lower().startswith("drain") for action in asked.values())
    return CheckResult(
        id="gpu-reachable",
        status="warn" if drain else "fail",
        summary="; ".join(f"{gpu}: {word}" for gpu, word in {**asked, **lost}.items()),
        cause="it fell off the bus, or the driver lost it (Xid 79, 119)"
        if lost
        else "the driver asks for it",
        hint=f"when its work is done: {hint}" if drain else f"{hint}; sudo dmesg | grep Xid says why",
        measured=measured,
    )


def _answer(found: Sequence[Gpu]) -> str:
    return "the GPU answers" if len(found) == 1 else f"all {len(found)} GPUs answer"


def _fabric(case: Case) -> CheckResult:
    states = {
        f"GPU {gpu.index}": gpu.fabric
        for gpu in gpus(case.facts)
        if gpu.fabric and gpu.fabric.lower() not in ("n/a", "not supported")
    }
    if not states:
        return skip("fabric", "no GPU says that it is part of an NVLink fabric")
    wrong = {who: state for who, state in states.items() if state.lower() != "completed"}
    if not wrong:
        return CheckResult(id="fabric", status="pass", summary="the NVLink fabric is set up", measured=states)
    known = explain("system not yet initialized", case.facts)
    return CheckResult(
        id="fabric",
        status="fail",
        summary="the NVLink fabric is not set up: " + "; ".join(f"{who}: {at}" for who, at in wrong.items()),
        cause=known.cause if known else None,
        hint=known.fix if known else None,
        measured=states,
    )


REACHABLE = Check(id="gpu-reachable", judge=_reachable)
FABRIC = Check(id="fabric", judge=_fabric)
