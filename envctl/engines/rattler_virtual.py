"""What this machine offers to a solve, as virtual packages (CEP 30)."""

from __future__ import annotations

import os
from collections.abc import Iterable

from rattler import (
    BuildString,
    GenericVirtualPackage,
    Override,
    PackageName,
    Version,
    VirtualPackage,
    VirtualPackageOverrides,
)
from rattler.exceptions import DetectVirtualPackageError, InvalidVersionError

from envctl.errors import UsageError
from envctl.virtual_packages import checked_cuda


def virtual_packages(cuda: str | None) -> list[GenericVirtualPackage]:
    """The machine's virtual packages, `CONDA_OVERRIDE_*` applied.

    `cuda` stands above both: a version, or `none` for a machine without a driver.
    Raises `UsageError` (`bad-cuda`).
    """
    overrides = VirtualPackageOverrides.from_env()
    given = cuda or os.environ.get("CONDA_OVERRIDE_CUDA") or "none"
    if given != "none":
        checked_cuda(given)
    if cuda is not None and cuda != "none":
        overrides.cuda = Override.string(cuda)
    try:
        found = [package.into_generic() for package in VirtualPackage.detect(overrides)]
    except (DetectVirtualPackageError, InvalidVersionError) as error:
        raise UsageError(
            "this machine's virtual packages cannot be told",
            code="bad-override",
            cause=str(error),
            hint="check --cuda and the CONDA_OVERRIDE_* variables",
        ) from error
    if cuda == "none":
        found = [package for package in found if not package.name.normalized.startswith("__cuda")]
    return found


def given_packages(texts: Iterable[str]) -> list[GenericVirtualPackage]:
    """Virtual packages from `NAME=VERSION=BUILD`."""
    parts = (text.split("=") for text in texts)
    return [
        GenericVirtualPackage(PackageName(name), Version(version), BuildString(build))
        for name, version, build in parts
    ]
