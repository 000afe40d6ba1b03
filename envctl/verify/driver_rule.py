"""Whether a driver runs what was built with a CUDA version: NVIDIA's rules of compatibility.

CUDA toolkit release notes, tables 2 and 3, and docs.nvidia.com/deploy/cuda-compatibility, read November 2026.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from envctl.model.machine import System
from envctl.verify.tables.cuda_driver import compat_branches, lowest_driver, matched_driver, newer_toolkit
from envctl.verify.tables.rows import numbers

_FIRST_MINOR_COMPATIBLE = 11
"""Within the majors before it, each CUDA version needs its own driver."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DriverVerdict:
    """What came out, and why."""

    kind: Literal["matched", "minor", "forward-compat", "compat-unsupported", "too-old", "unknown"]
    """`matched`: everything works. `minor`: what is compiled for the GPU runs, but the driver cannot compile
    the toolkit's PTX (CUDA error 222) and lacks its new calls (36). `forward-compat`: by a package that has a
    newer libcuda. `compat-unsupported`: by one that does not work here (804). `unknown`: not published."""
    reason: str
    """One sentence, without a full stop."""
    needed: str | None = None
    """The driver that the toolkit was released with, where known."""
    floor: str | None = None
    """The oldest driver for any release of the CUDA major version, where there is one."""


def judge_driver(
    driver: str,
    cuda: str,
    *,
    system: System,
    driver_cuda: str | None = None,
    compat: bool = False,
    compat_cuda: str | None = None,
    datacenter: bool | None = None,
) -> DriverVerdict:
    """Judge a driver such as `535.104.05` for a CUDA version such as `12.4` or `12.4.1`.

    `driver_cuda` is the newest CUDA version that the driver says it knows; it decides where no driver is
    published for the toolkit. `compat` says that libcuda is a forward-compatibility package's, `compat_cuda`
    of which CUDA version (the build's where not told), and `datacenter` whether the GPU is a product that
    such packages are made for (None where that is not known).
    """
    try:
        have, wanted = numbers(driver), numbers(cuda)
        if len(wanted) == 1:
            raise ValueError(f"CUDA {cuda} is no version such as 12.4")
    except ValueError as error:
        return DriverVerdict(kind="unknown", reason=str(error))
    if compat:
        return _judge_compat(driver, cuda, compat_cuda or cuda, datacenter)
    needed, floor = matched_driver(cuda, system), lowest_driver(cuda, system)
    if needed is None:
        return _judge_unlisted(driver, cuda, system, driver_cuda, floor)
    kind: Literal["matched", "minor", "too-old"]
    if have >= numbers(needed):
        kind, reason = "matched", f"CUDA {cuda} needs driver {needed} or newer, and this is {driver}"
    elif floor and have >= numbers(floor):
        kind = "minor"
        reason = f"driver {driver} runs any CUDA {wanted[0]}, but was released before CUDA {cuda} ({needed})"
    else:
        kind = "too-old"
        reason = f"CUDA {cuda} needs driver {floor or needed} or newer, and this is {driver}"
    return DriverVerdict(kind=kind, reason=reason, needed=needed, floor=floor)


def judge_cuda_api(driver_cuda: str, cuda: str) -> DriverVerdict:
    """Judge by the newest CUDA version that a driver says it knows, such as `12.2`."""
    try:
        have, wanted = numbers(driver_cuda)[:2], numbers(cuda)[:2]
        if len(have) + len(wanted) < 4:
            raise ValueError(f"CUDA {driver_cuda} and CUDA {cuda} cannot be compared without their minor")
    except ValueError as error:
        return DriverVerdict(kind="unknown", reason=str(error))
    if have >= wanted:
        return DriverVerdict(kind="matched", reason=f"the driver knows CUDA {driver_cuda}")
    if have[0] == wanted[0] >= _FIRST_MINOR_COMPATIBLE:
        reason = f"the driver runs any CUDA {have[0]}, but knows only the calls of {driver_cuda}"
        return DriverVerdict(kind="minor", reason=reason)
    return DriverVerdict(kind="too-old", reason=f"the driver knows CUDA {driver_cuda}, which is not {cuda}")


def _judge_unlisted(
    driver: str, cuda: str, system: System, driver_cuda: str | None, floor: str | None
) -> DriverVerdict:
    """Where no driver is published for the toolkit itself."""
    if floor and numbers(driver) < numbers(floor):
        reason = f"CUDA {cuda} needs driver {floor} or newer, and this is {driver}"
        return DriverVerdict(kind="too-old", reason=reason, floor=floor)
    if newer := newer_toolkit(driver, cuda, system):
        reason = f"driver {driver} is new enough for CUDA {newer}, and so for {cuda}"
        return DriverVerdict(kind="matched", reason=reason, floor=floor)
    if driver_cuda is not None:
        by_api = judge_cuda_api(driver_cuda, cuda)
        return DriverVerdict(kind=by_api.kind, reason=by_api.reason, floor=floor)
    if floor:
        reason = (
            f"driver {driver} runs any CUDA {numbers(cuda)[0]}; which one CUDA {cuda} came with is not known"
        )
        return DriverVerdict(kind="minor", reason=reason, floor=floor)
    return DriverVerdict(kind="unknown", reason=f"which driver CUDA {cuda} needs on {system} is not known")


def _judge_compat(driver: str, cuda: str, package: str, datacenter: bool | None) -> DriverVerdict:
    """Where a forward-compatibility package's libcuda is used instead of the driver's own."""
    if datacenter is False:
        reason = "forward compatibility is for data center GPUs, and this is none"
        return DriverVerdict(kind="compat-unsupported", reason=reason)
    reach = judge_cuda_api(package, cuda)
    if reach.kind in {"unknown", "too-old"}:
        return DriverVerdict(kind=reach.kind, reason=f"of the compatibility package: {reach.reason}")
    branches = compat_branches(package)
    if branches is None:
        reason = f"on which drivers the compatibility package of CUDA {package} works is not known"
        return DriverVerdict(kind="unknown", reason=reason)
    listed = ", ".join(map(str, branches))
    if numbers(driver)[0] not in branches:
        reason = (
            f"the compatibility package of CUDA {package} works on drivers {listed}, and this is {driver}"
        )
        return DriverVerdict(kind="compat-unsupported", reason=reason)
    reason = f"the compatibility package of CUDA {package} works on drivers {listed}"
    if datacenter is None:
        return DriverVerdict(
            kind="unknown", reason=f"{reason}, and on data center GPUs: which this is, is not known"
        )
    return DriverVerdict(kind="forward-compat", reason=reason)
