"""Whether the build has code for the GPUs: machine code, PTX that the driver compiles, or none."""

from __future__ import annotations

import re
from typing import NamedTuple

from envctl.model.build import FrameworkBuild
from envctl.model.machine import ComputeCapability, Gpu
from envctl.model.report import CheckResult, Status
from envctl.verify.arch_rule import judge_arch, judge_toolkit
from envctl.verify.check import Check
from envctl.verify.checks.driver_cuda import driver_verdict, runs
from envctl.verify.checks.gpus import gpus
from envctl.verify.checks.other_builds import create
from envctl.verify.checks.per_build import per_build
from envctl.verify.checks.unjudged import skip
from envctl.verify.facts import Case, Facts
from envctl.verify.tables.gpus import find_gpu

_LOWEST = ComputeCapability(5, 0)
"""Of the builds of PyTorch 2, whatever their toolkit could do (RELEASE.md)."""
_NO_JIT = ("minor", "too-old")
"""The driver verdicts under which PTX cannot be compiled."""
_PYTORCH_S_OWN = re.compile(r"\(pip\)$|from pytorch \(conda\)$|^pytorch::")
"""Wheels and the channel `pytorch`, which get the same builds (pytorch/builder)."""
_WORST_FIRST: tuple[Status, ...] = ("fail", "error", "warn", "skip", "pass")


class _Judged(NamedTuple):
    """The verdict on one kind of GPU."""

    status: Status
    summary: str
    code: str
    cause: str | None = None
    hint: str | None = None


def capability(gpu: Gpu) -> ComputeCapability | None:
    """As the driver says, else by the name."""
    model = find_gpu(gpu.name) if gpu.name and not gpu.compute_capability else None
    return gpu.compute_capability or (model.compute_capability if model else None)


def _judge(case: Case) -> CheckResult:
    facts, build = case.facts, case.facts.build
    if build and build.variant == "unknown":
        return skip("gpu-arch", f"nothing says whether {build.framework} is built for CUDA")
    if build is None or build.variant != "cuda":
        return skip("gpu-arch", "there is no CUDA build to judge GPUs for")
    kinds = {(gpu.name, capability(gpu)) for gpu in gpus(facts)}
    if not kinds:
        return skip("gpu-arch", "no GPU is known to judge the build for")
    judged = {
        f"{name or 'a GPU without a name'}{f' ({cc})' if cc else ''}": _gpu(case, build, cc)
        for name, cc in sorted(kinds, key=str)
    }
    worst = min(judged.values(), key=lambda each: _WORST_FIRST.index(each.status))
    named = [f"{name}: {each.summary}" for name, each in judged.items() if each.status == worst.status]
    return CheckResult(
        id="gpu-arch",
        status=worst.status,
        summary="; ".join(named),
        cause=worst.cause,
        hint=worst.hint,
        measured={
            "gpus": {name: each.code for name, each in judged.items()},
            "archs": None if build.archs is None else list(build.archs),
            "archs_from": build.archs_from,
        },
    )


def _gpu(case: Case, build: FrameworkBuild, cc: ComputeCapability | None) -> _Judged:
    facts = case.facts
    if cc is None:
        hint = 'is its name right? else {name: …, compute_capability: "8.9"} in a description of the machine'
        status: Status = "error" if case.gpu_wanted else "skip"
        return _Judged(status, "its compute capability is not known", "unknown", hint=hint)
    if not build.archs:
        return _by_toolkit(facts, build, cc)
    verdict = judge_arch(cc, build.archs, cuda=build.cuda)
    of = f"the archs are from {build.archs_from}" if build.archs_from else None
    if verdict.kind == "cubin":
        return _Judged("pass", f"runs {verdict.arch}", "cubin", of)
    if verdict.kind == "none":
        archs = " ".join(build.archs)
        cause = f"no kernel image is available (209); {of}" if of else "no kernel image is available (209)"
        return _Judged(
            "fail", f"the build has no code for it, only {archs}", "none", cause, _instead(facts, build, cc)
        )
    if build.cuda and driver_verdict(facts, build.cuda).kind in _NO_JIT:
        return _Judged(
            "fail",
            f"only {verdict.arch} serves it, which this driver cannot compile",
            "ptx",
            "the PTX is newer than the driver (222)",
            f"the driver of CUDA {build.cuda}; or {_instead(facts, build, cc)}",
        )
    return _Judged(
        "warn",
        f"only {verdict.arch} serves it, which the driver compiles at the first start",
        "ptx",
        "the first start takes minutes, and kernels are not made for this GPU",
        _instead(facts, build, cc),
    )


def _by_toolkit(facts: Facts, build: FrameworkBuild, cc: ComputeCapability) -> _Judged:
    """Where the build's archs are not known: whether its toolkit could have made code for the GPU."""
    verdict = judge_toolkit(cc, build.cuda) if build.cuda else "unknown"
    if verdict == "too-old":
        summary = f"CUDA {build.cuda} cannot compile for it any more"
        return _Judged(
            "fail", summary, "none", "no kernel image is available (209)", _instead(facts, build, cc)
        )
    if verdict == "too-new":
        # PyTorch's own builds carry no PTX, and fail; those of others do (conda-forge, defaults, TensorFlow)
        ptx = build.framework == "tensorflow" or not _PYTORCH_S_OWN.search(build.package or "")
        if ptx and build.cuda and driver_verdict(facts, build.cuda).kind in _NO_JIT:
            return _Judged(
                "fail",
                f"CUDA {build.cuda} cannot compile for it yet, nor this driver the build's PTX",
                "ptx or none",
                "the PTX is newer than the driver (222)",
                _instead(facts, build, cc),
            )
        return _Judged(
            "warn" if ptx else "fail",
            f"CUDA {build.cuda} cannot compile for it yet",
            "ptx or none",
            "only PTX could serve it, where the build has some"
            if ptx
            else "no kernel image is available (209)",
            _instead(facts, build, cc),
        )
    return _Judged("skip", "what the build has code for is known only where it can be run", "unknown")


def _instead(facts: Facts, build: FrameworkBuild, cc: ComputeCapability) -> str:
    """For a GPU that is too new the oldest CUDA with code for it, for one that is too old the newest; of
    those that this driver runs, where there are some."""
    too_new = judge_toolkit(cc, build.cuda) == "too-new" if build.cuda else False

    def has_code(cuda: str) -> bool:
        return cc >= _LOWEST and judge_toolkit(cc, cuda) == "possible"

    here = create(build, lambda cuda: has_code(cuda) and runs(facts, cuda), newest=not too_new)
    return (
        here
        or create(build, has_code, newest=not too_new)
        or f"a build with code for compute capability {cc}"
    )


CHECK = Check(id="gpu-arch", probes=("torch-import", "tensorflow-import"), judge=per_build(_judge))
