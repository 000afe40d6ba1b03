"""Cases to judge: what probes measured on GPUs that this machine does not have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from envctl.model.build import FrameworkBuild
from envctl.model.machine import Gpu, Machine, PcieLink
from envctl.model.report import CheckResult
from envctl.verify.checks.after import CHECKS
from envctl.verify.facts import Case, Facts, Outcome

T4 = "Tesla T4"
A100 = "NVIDIA A100-SXM4-80GB"
H100 = "NVIDIA H100 80GB HBM3"
LINK = PcieLink(generation=1, generation_max=4, width=16, width_max=16)


def done(probe: str, device: str | None = "cuda:0", /, **value: Any) -> Outcome:
    return Outcome(probe=probe, device=device, state="done", value=value)


def failed(probe: str, cause: str, device: str | None = "cuda:0") -> Outcome:
    return Outcome(probe=probe, device=device, state="error", cause=cause)


def unavailable(probe: str, reason: str, device: str | None = "cuda:0") -> Outcome:
    return Outcome(probe=probe, device=device, state="unavailable", cause=reason)


def product(precision: str, tflops: float, device: str = "cuda:0", **more: Any) -> Outcome:
    """A throughput, as the probe reports it."""
    value = {"dtype": precision, "size": [8192, 8192, 8192], "tflops_median": tflops, **more}
    return done(f"matmul-{precision}", device, **value)


def samples(**changes: Any) -> dict[str, Any]:
    """A GPU that works undisturbed; `changes` disturb it."""
    sound = {
        "count": 40,
        "clock_sm_mhz_median": 1395,
        "clock_sm_mhz_min": 1380,
        "clock_sm_max_mhz": 1410,
        "power_w_median": 310.5,
        "temperature_c_max": 61,
        "throttle": [],
        "pcie_generation_max": 4,
        "pcie_width_max": 16,
    }
    return {**sound, **changes}


def case(
    *outcomes: Outcome,
    gpus: tuple[str, ...] = (A100,),
    described: Mapping[str, Any] | None = None,
    **more: Any,
) -> Case:
    """A case with these GPUs, of which torch says as much as the driver; `described` is what else the driver
    says of each."""
    machine = Machine(
        driver="550.54.15",
        origin="nvidia-smi",
        gpus=tuple(Gpu(index=at, name=name, **(described or {})) for at, name in enumerate(gpus)),
    )
    devices = [{"index": at, "name": name} for at, name in enumerate(gpus)]
    cuda = done("torch-cuda", None, available=bool(gpus), devices=devices)
    facts = Facts(machine=machine, build=FrameworkBuild(framework="torch"), outcomes=(cuda, *outcomes))
    return Case(facts=facts, **more)


def judge(check: str, judged: Case) -> CheckResult:
    (result,) = (each.judge(judged) for each in CHECKS if each.id == check)
    assert result.id == check
    return result
