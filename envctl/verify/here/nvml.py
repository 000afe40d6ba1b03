"""A machine as NVML tells it, which is what nvidia-smi itself asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from envctl.model.machine import ComputeCapability, Ecc, Gpu, Machine, PcieLink, RemappedRows

_SAME = (
    "index",
    "name",
    "uuid",
    "bus_id",
    "memory_mib",
    "memory_used_mib",
    "utilization_percent",
    "mig",
    "temperature_c",
    "power_w",
    "power_limit_w",
    "clock_sm_mhz",
    "clock_sm_max_mhz",
    "lost",
)


def of_nvml(value: Mapping[str, Any]) -> Machine | None:
    """From the value of the probe `nvml`; None where NVML did not start."""
    if value.get("code") != 0:
        return None
    gpus = tuple(_gpu(gpu) for gpu in value["gpus"])
    return Machine(
        driver=value["driver"],
        cuda=value["cuda"],
        system="linux",
        gpus=gpus,
        count=len(gpus),
        origin="NVML",
    )


def _gpu(said: Mapping[str, Any]) -> Gpu:
    """A GPU as NVML tells it; one that is lost says nothing more."""
    same: dict[str, Any] = {name: said.get(name) for name in _SAME}
    return Gpu(
        **same,
        compute_capability=capability(said),
        ecc=Ecc(
            enabled=said.get("ecc_enabled"),
            corrected_volatile=said.get("ecc_corrected_volatile"),
            uncorrected_volatile=said.get("ecc_uncorrected_volatile"),
            corrected_aggregate=said.get("ecc_corrected_aggregate"),
            uncorrected_aggregate=said.get("ecc_uncorrected_aggregate"),
        ),
        remapped=RemappedRows(**said["remapped"]) if said.get("remapped") else None,
        pcie=PcieLink(
            generation=said.get("pcie_generation"),
            generation_max=said.get("pcie_generation_max"),
            width=said.get("pcie_width"),
            width_max=said.get("pcie_width_max"),
        ),
        throttle=tuple(said.get("throttle") or ()),
    )


def capability(said: Mapping[str, Any]) -> ComputeCapability | None:
    """Of a GPU as a probe describes it."""
    text = said.get("compute_capability")
    return ComputeCapability.parse(text) if text else None
