"""What this machine offers to a solve, as virtual packages (CEP 30)."""

from __future__ import annotations

import os
import re

from rattler import GenericVirtualPackage, Override, VirtualPackage, VirtualPackageOverrides
from rattler.exceptions import DetectVirtualPackageError, InvalidVersionError

from envctl.errors import UsageError

_CUDA = re.compile(r"\d+(\.\d+){0,2}")


def virtual_packages(cuda: str | None) -> list[GenericVirtualPackage]:
    """The machine's virtual packages, `CONDA_OVERRIDE_*` applied.

    `cuda` stands above both: a version, or `none` for a machine without a driver.
    Raises `UsageError` (`bad-cuda`).
    """
    overrides = VirtualPackageOverrides.from_env()
    given = cuda or os.environ.get("CONDA_OVERRIDE_CUDA") or "none"
    if given != "none" and not _CUDA.fullmatch(given):
        raise UsageError(
            f"{given!r} is no CUDA version",
            code="bad-cuda",
            hint="such as --cuda 12.4 or CONDA_OVERRIDE_CUDA=12.4; --cuda none for no driver",
        )
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
