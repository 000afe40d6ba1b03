"""What a framework says of itself, over what its packages said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from packaging.version import InvalidVersion, Version

from envctl.model.build import Framework, FrameworkBuild, Variant


def completed(build: FrameworkBuild | None, value: Mapping[str, Any]) -> FrameworkBuild:
    """The build as the value of the probe `torch-import` or `tensorflow-import` has it.

    `build` is what the packages said; None where no package was found. Where the two differ, another
    framework was imported than the one that is recorded (from a user's folder, from PYTHONPATH), and
    `because` says both.
    """
    framework: Framework = "tensorflow" if "cuda_build" in value else "torch"
    said = (
        build if build is not None and build.framework == framework else FrameworkBuild(framework=framework)
    )
    cuda = value.get("cuda")
    variant: Variant = "rocm" if value.get("hip") else "cuda" if cuda or value.get("cuda_build") else "cpu"
    found = replace(
        said,
        version=value.get("version") or said.version,
        variant=variant,
        cuda=(cuda or said.cuda) if variant == "cuda" else None,
        exact=True,
    )
    other = _other(said, found)
    archs = tuple(value.get("archs") or ())
    known = archs or variant != "cuda"
    return replace(
        found,
        cudnn=value.get("cudnn") or (None if other else said.cudnn),
        nccl=value.get("nccl") or (None if other else said.nccl),
        archs=archs if known else None if other else said.archs,
        archs_from="the build itself" if known else None if other else said.archs_from,
        because=f"{framework} itself"
        + (f", imported from {value.get('file')}; {said.package} is {other}" if other else ""),
    )


def _other(said: FrameworkBuild, found: FrameworkBuild) -> str | None:
    """What the packages said, where it cannot be the framework that was imported; None where it is one."""
    if said.package is None:
        return None
    version = said.version and found.version and _release(said.version) != _release(found.version)
    variant = said.variant not in ("unknown", found.variant)
    cuda = said.cuda and found.cuda and _minor(said.cuda) != _minor(found.cuda)
    if not (version or variant or cuda):
        return None
    return f"{said.version or 'of an unknown version'}, {said.variant}{f' {said.cuda}' if said.cuda else ''}"


def _release(version: str) -> object:
    """Without what builds add to it: `+cu124`, `.post300` (conda-forge)."""
    try:
        return Version(version).release
    except InvalidVersion:
        return version


def _minor(cuda: str) -> list[str]:
    return cuda.split(".")[:2]
