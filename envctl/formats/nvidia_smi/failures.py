"""What nvidia-smi prints when it has nothing to report.

Its wording is that of NVML's errors, `nvmlReturn_t` in NVIDIA's NVML reference (read November 2026).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from envctl.model.machine import Gpu, Machine

FailureKind = Literal[
    "driver-not-loaded",
    "library-mismatch",
    "library-missing",
    "no-devices",
    "gpu-lost",
    "insufficient-permissions",
    "blocked-by-system",
    "not-supported",
    "unknown-error",
]

_NVML = "Failed to initialize NVML: "
_KINDS: tuple[tuple[FailureKind, tuple[str, ...]], ...] = (
    (
        "driver-not-loaded",
        ("NVIDIA-SMI has failed because it couldn't communicate with", f"{_NVML}Driver Not"),
    ),
    ("library-mismatch", (f"{_NVML}Driver/library version mismatch",)),
    (
        "library-missing",
        ("NVIDIA-SMI couldn't find lib", "NVIDIA-SMI couldn't find nvml", f"{_NVML}NVML Shared"),
    ),
    ("gpu-lost", ("Unable to determine the device handle for", f"{_NVML}GPU is lost")),
    ("no-devices", ("No devices were found",)),
    ("insufficient-permissions", (f"{_NVML}Insufficient Permissions", "Insufficient Permissions")),
    ("blocked-by-system", (f"{_NVML}GPU access blocked", "GPU access blocked by the operating system")),
    ("not-supported", (f"{_NVML}Not Supported", "No supported GPUs were found")),
    ("unknown-error", ("Failed to initialize NVML",)),
)
_LOST = re.compile(
    r"^Unable to determine the device handle for GPU *"
    r"(?:(?:(?P<index>[0-9]{1,3}): +)?(?P<bus>[0-9A-F]{4,8}:[0-9A-F]{2}:[0-9A-F]{2}\.[0-9A-F])"
    r"|(?P<only>[0-9]{1,3})):(?P<why>.+)",
    re.MULTILINE | re.IGNORECASE,
)
"""Drivers name the GPU by its bus ID, by its index, or by both; some add what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """Why there is no report, or not of all GPUs."""

    kind: FailureKind
    message: str
    """What nvidia-smi said, with the library's version where it says that: its line or two."""


def failure(text: str) -> Failure | None:
    """What standard output and error of nvidia-smi say of its failing; None where they say nothing of it."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for kind, beginnings in _KINDS:
        for number, line in enumerate(lines):
            if line.startswith(beginnings):
                version = [more for more in lines[number + 1 : number + 2] if more.startswith("NVML library")]
                return Failure(kind=kind, message="\n".join([line, *version]))
    return None


def with_lost_gpus(machine: Machine, text: str) -> Machine:
    """The machine, and the GPUs that nvidia-smi names only to say that it cannot reach them."""
    gpus = list(machine.gpus)
    for found in _LOST.finditer(text):
        if found["bus"] and any(_same_bus(found["bus"], gpu.bus_id) for gpu in gpus):
            continue
        taken = {gpu.index for gpu in gpus}
        index = int(found["index"] or found["only"] or max(taken, default=-1) + 1)
        index = max(taken) + 1 if index in taken else index
        reason = found["why"].partition("Reboot the system")[0].strip(" .\t\r")
        gpus.append(Gpu(index=index, bus_id=found["bus"], lost=reason or "Unknown Error"))
    return replace(machine, gpus=tuple(sorted(gpus, key=lambda gpu: gpu.index)))


def _same_bus(one: str, other: str | None) -> bool:
    """Forms write the domain with four or with eight digits."""
    return other is not None and one.lower().lstrip("0") == other.lower().lstrip("0")
