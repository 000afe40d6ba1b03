"""Which of the shipped templates would do instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from envctl.model.build import FrameworkBuild

TEMPLATES: Mapping[str, str] = {
    "11.8": "pytorch-gpu-cu118",
    "12.1": "pytorch-gpu-cu121",
    "12.4": "pytorch-gpu-cu124",
    "12.6": "pytorch-gpu-cu126",
    "12.9": "pytorch-gpu-cu128",
    "13.0": "pytorch-gpu-cu130",
}
"""By the CUDA version that their torch is built for, the oldest first."""


def create(build: FrameworkBuild, does: Callable[[str], bool], *, newest: bool) -> str | None:
    """The hint to create an environment for the newest or the oldest CUDA version that `does`; None where
    none does, or the build is not of torch."""
    versions = [cuda for cuda in TEMPLATES if does(cuda)]
    if build.framework != "torch" or not versions:
        return None
    cuda = versions[-1 if newest else 0]
    return f"an environment for CUDA {cuda}: envctl create {TEMPLATES[cuda]}"
