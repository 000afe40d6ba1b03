"""Which of the shipped templates' CUDA versions would do instead."""

from __future__ import annotations

from collections.abc import Callable

from envctl.model.build import FrameworkBuild

TORCH_CUDA = ("11.8", "12.1", "12.4", "12.6", "12.8", "13.0")
"""There is a template `pytorch-gpu-cu…` for each."""


def create(build: FrameworkBuild, does: Callable[[str], bool], *, newest: bool) -> str | None:
    """The hint to create an environment for the newest or the oldest CUDA version that `does`; None where
    none does or the build is not of torch."""
    versions = [cuda for cuda in TORCH_CUDA if does(cuda)]
    if build.framework != "torch" or not versions:
        return None
    cuda = versions[-1 if newest else 0]
    return f"an environment for CUDA {cuda}: envctl create pytorch-gpu-cu{cuda.replace('.', '')}"
