"""What build strings, local versions and index folders say of a build's CUDA."""

from __future__ import annotations

import re
from typing import NamedTuple

from envctl.model.build import Variant

_CUDA = re.compile(r"cuda_?(?P<version>\d+(?:\.\d+)*)?")
_CPU = re.compile(r"(?<![a-z])cpu|^\*?(?:mkl|eigen|openblas)(?![a-z])")
_GPU = re.compile(r"(?<![a-z])gpu")
_TAG = re.compile(r"(?<![a-z0-9])(?:cu(?P<cuda>\d+)|(?P<cpu>cpu)|(?P<rocm>rocm))(?![a-z])")
_TWO_PARTS = re.compile(r"\d+\.\d+")


class Told(NamedTuple):
    """What is known of a build, and from what."""

    variant: Variant
    cuda: str | None
    """`12.6`; None where it is not said, or there is none."""
    because: str


def of_build(build: str) -> tuple[Variant, str | None] | None:
    """Of a conda build string, or a pattern for one; None where it says nothing.

    `py3.12_cuda11.8_cudnn9.1.0_0` (the pytorch channel), `cuda126_mkl_py312_h30b5a27_300`,
    `cpu_generic_py311_h7108385_3`, `cuda112py310h457873b_0` (conda-forge), `gpu_py39h8236f22_0`,
    `mkl_py39hb9fcb14_0`, `eigen_py39h1b06ff4_0` (defaults). `cuda12*` leaves the minor version open.
    """
    text = build.lower()
    if "rocm" in text:
        return "rocm", None
    if found := _CUDA.search(text):
        return "cuda", version_of(found["version"] or "")
    if _GPU.search(text):
        return "cuda", None
    return ("cpu", None) if _CPU.search(text) else None


def of_tag(text: str) -> tuple[Variant, str | None] | None:
    """Of a local version (`cu118`, `cpu`, `rocm6.2`) or a folder of PyTorch's index of that name."""
    found = _TAG.search(text.lower())
    if found is None:
        return None
    if found["cuda"]:
        return "cuda", version_of(found["cuda"])
    return ("cpu", None) if found["cpu"] else ("rocm", None)


def version_of(text: str) -> str | None:
    """CUDA's major and minor version: of `11.8.89` and of `118`, whose last digit is the minor version.
    None where that is open, as in `12`."""
    if "." in text:
        dotted = _TWO_PARTS.match(text)
        return dotted[0] if dotted else None
    if len(text) < 2 or (len(text) == 2 and text.startswith("1")):  # there never was a CUDA 1.2 to build for
        return None
    return f"{text[:-1]}.{text[-1]}"
