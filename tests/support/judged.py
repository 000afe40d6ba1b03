"""Cases for the checks of what must be so before anything is measured."""

from __future__ import annotations

from typing import Any

from envctl.model.build import FrameworkBuild
from envctl.model.machine import Gpu, Machine
from envctl.model.report import CheckResult
from envctl.verify.checks.before import CHECKS
from envctl.verify.facts import Case, DriverState, Facts, Outcome

A100 = "NVIDIA A100-SXM4-80GB"
T4 = "Tesla T4"
RTX_5090 = "NVIDIA GeForce RTX 5090"
GTX_1080 = "NVIDIA GeForce GTX 1080"
LOADED = DriverState(
    smi_exit=0,
    module="535.104.05",
    library="535.104.05",
    nvml_code=0,
    cuda_code=0,
    libcuda="/usr/lib/x86_64-linux-gnu/libcuda.so.535.104.05",
    nodes=("/dev/nvidia0", "/dev/nvidia-uvm", "/dev/nvidiactl"),
    pci_gpus=1,
)
"""A driver that works."""


def judge(check: str, facts: Facts, **case: Any) -> CheckResult:
    """What a check says of the facts."""
    return next(each for each in CHECKS if each.id == check).judge(Case(facts=facts, **case))


def machine(*names: str, **more: Any) -> Machine:
    """A machine with these GPUs and the driver of CUDA 12.2."""
    gpus = tuple(Gpu(index=index, name=name) for index, name in enumerate(names))
    return Machine(**{"driver": "535.104.05", "cuda": "12.2", "gpus": gpus, "origin": "nvidia-smi", **more})


def described(**gpu: Any) -> Facts:
    """A machine with one GPU that says this of itself."""
    return Facts(machine=machine(gpus=(Gpu(index=0, **{"name": A100, **gpu}),)))


def torch(**more: Any) -> FrameworkBuild:
    """A CUDA 12.1 build of torch."""
    about = {"version": "2.5.1", "variant": "cuda", "cuda": "12.1"}
    return FrameworkBuild(framework="torch", **{**about, **more})


def tensorflow(**more: Any) -> FrameworkBuild:
    """A CUDA 12.5 build of TensorFlow."""
    about = {"version": "2.20.0", "variant": "cuda", "cuda": "12.5"}
    return FrameworkBuild(framework="tensorflow", **{**about, **more})


def done(probe: str, **value: Any) -> Outcome:
    return Outcome(probe=probe, state="done", value=value)


def failed(probe: str, cause: str) -> Outcome:
    return Outcome(probe=probe, state="error", cause=cause)


def unavailable(probe: str, cause: str) -> Outcome:
    return Outcome(probe=probe, state="unavailable", cause=cause)
