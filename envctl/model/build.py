"""The build of a framework: what it was compiled for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Framework = Literal["torch", "tensorflow"]
Variant = Literal["cuda", "cpu", "rocm", "unknown"]


@dataclass(frozen=True, kw_only=True, slots=True)
class FrameworkBuild:
    """A framework as it is, or will be, in an environment."""

    framework: Framework
    version: str | None = None
    variant: Variant = "unknown"
    cuda: str | None = None
    """The CUDA toolkit it was built with, such as `12.6`; None where that is not known or it is none."""
    cudnn: str | None = None
    nccl: str | None = None
    archs: tuple[str, ...] | None = None
    """What it has kernels for: `sm_80` machine code, `compute_90` PTX. None where that is not known."""
    archs_from: str | None = None
    """Where the archs were read: `the build itself`, or the source of the table."""
    package: str | None = None
    """The package it comes from, as people call it: `pytorch 2.5.1 py3.12_cuda11.8_cudnn9.1.0_0 from pytorch
    (conda)`, `torch 2.6.0+cu124 (pip)`."""
    because: str | None = None
    """How variant and CUDA were told: `its build string`, `nvidia-cuda-runtime-cu12 12.4.127`, `torch
    itself`."""
    exact: bool = True
    """Whether these are packages; False for a specification, which several packages may satisfy."""
