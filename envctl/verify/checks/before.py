"""The checks of what must be so before anything is measured, in reading order."""

from __future__ import annotations

from envctl.verify.check import Check
from envctl.verify.checks import (
    arch,
    available,
    driver_cuda,
    driver_loaded,
    driver_present,
    framework_build,
    framework_import,
    gpu_count,
    gpu_present,
    gpu_reachable,
    imports,
    memory_health,
    mig,
    tensorflow,
    variables,
)

CHECKS: tuple[Check, ...] = (
    driver_present.CHECK,
    driver_loaded.CHECK,
    gpu_present.CHECK,
    gpu_count.CHECK,
    gpu_reachable.REACHABLE,
    gpu_reachable.FABRIC,
    framework_import.CHECK,
    framework_build.CHECK,
    imports.CHECK,
    variables.CHECK,
    driver_cuda.CHECK,
    arch.CHECK,
    available.TORCH,
    tensorflow.CHECK,
    available.TENSORFLOW,
    memory_health.ECC,
    memory_health.ROWS,
    mig.CHECK,
)
