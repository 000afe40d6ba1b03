"""Whether a GPU can run what a build was compiled for.

Machine code (a cubin) runs on GPUs of the same major compute capability and the same or a higher minor; PTX
is compiled by the driver for any GPU from its own capability on (docs.nvidia.com/cuda, the compatibility
guides of Ampere to Blackwell). The exceptions are those of PyTorch's `torch.cuda.DEVICE_REQUIREMENT` (2.14).
Read November 2026.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from envctl.model.machine import ComputeCapability
from envctl.verify.tables.rows import numbers
from envctl.verify.tables.toolkits import toolkit_archs

_JETSON = {(5, 3), (6, 2), (7, 2), (8, 7)}
"""Their machine code is theirs alone, and other GPUs' does not run on them."""
_ONE_ARM = (13, 2)
"""The CUDA version from which a server's machine code runs on Jetson Orin (8.7), too."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ArchVerdict:
    """What serves a GPU."""

    kind: Literal["cubin", "ptx", "none"]
    arch: str | None = None
    """The arch that does, such as `sm_80` or `compute_90`; None where none does."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Code:
    """An arch string taken apart."""

    arch: str
    ptx: bool
    capability: ComputeCapability
    only: str
    """`a`: for this capability only; `f`: for its family, the same major and a minor from its own on."""


def judge_arch(cc: ComputeCapability, archs: tuple[str, ...], *, cuda: str | None) -> ArchVerdict:
    """Which of a build's archs (`sm_80`, `sm_90a`, `compute_90`, …) serves a GPU: machine code before PTX,
    the nearest first. Other strings are passed over. `cuda` is the build's CUDA version."""
    codes = sorted(filter(None, map(_code, archs)), key=lambda code: code.capability, reverse=True)
    for code in codes:
        if not code.ptx and _cubin_runs(code, cc, cuda):
            return ArchVerdict(kind="cubin", arch=code.arch)
    for code in codes:
        if code.ptx and _ptx_runs(code, cc):
            return ArchVerdict(kind="ptx", arch=code.arch)
    return ArchVerdict(kind="none")


def judge_toolkit(cc: ComputeCapability, cuda: str) -> Literal["possible", "too-new", "too-old", "unknown"]:
    """Whether a build of a CUDA version can have machine code for a GPU, where its archs are not known.

    `too-new` and `too-old` are said of the GPU. One that is too new can still be served by PTX.
    """
    try:
        archs = toolkit_archs(cuda)
    except ValueError:
        return "unknown"
    if archs is None:
        return "unknown"
    if judge_arch(cc, tuple(f"sm_{arch.major}{arch.minor}" for arch in archs), cuda=cuda).kind == "cubin":
        return "possible"
    return "too-old" if cc < archs[0] else "too-new"


def _code(arch: str) -> _Code | None:
    found = re.fullmatch(r"(sm|compute)_(\d{1,2})(\d)([af]?)", arch, re.ASCII)
    if not found:
        return None
    return _Code(
        arch=arch,
        ptx=found[1] == "compute",
        capability=_renamed(ComputeCapability(int(found[2]), int(found[3]))),
        only=found[4],
    )


def _renamed(cc: ComputeCapability) -> ComputeCapability:
    """CUDA 13.0 renamed 10.1 to 11.0."""
    return ComputeCapability(11, 0) if cc == (10, 1) else cc


def _cubin_runs(code: _Code, cc: ComputeCapability, cuda: str | None) -> bool:
    made_for, gpu = code.capability, _renamed(cc)
    if made_for == gpu:
        return True
    if code.only == "a" or made_for in _JETSON or not _same_major_from(made_for, gpu):
        return False
    return gpu not in _JETSON or (gpu == (8, 7) and _is_from(cuda, _ONE_ARM))


def _ptx_runs(code: _Code, cc: ComputeCapability) -> bool:
    made_for, gpu = code.capability, _renamed(cc)
    if code.only == "a":
        return made_for == gpu
    return _same_major_from(made_for, gpu) if code.only == "f" else made_for <= gpu


def _same_major_from(lowest: ComputeCapability, gpu: ComputeCapability) -> bool:
    return lowest.major == gpu.major and lowest.minor <= gpu.minor


def _is_from(cuda: str | None, first: tuple[int, int]) -> bool:
    try:
        return cuda is not None and numbers(cuda) >= first
    except ValueError:
        return False
