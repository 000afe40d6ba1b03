"""A machine with GPUs, as its driver or a captured report describes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

System = Literal["linux", "windows"]

ThrottleReason = Literal[
    "idle",
    "applications-clocks",
    "sw-power-cap",
    "hw-slowdown",
    "sync-boost",
    "sw-thermal",
    "hw-thermal",
    "hw-power-brake",
    "display-clocks",
]
"""Why clocks are below their maximum: NVML's `nvmlClocksEventReason*`, in the order of their bits."""


class ComputeCapability(NamedTuple):
    """What a GPU can execute, such as 8.6."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"

    @classmethod
    def parse(cls, text: str) -> ComputeCapability:
        """Of `8.6`. Raises `ValueError` for what is none."""
        found = re.fullmatch(r"(\d{1,2})\.(\d)", text.strip())
        if not found:
            raise ValueError(f"{text!r} is no compute capability such as 8.6")
        return cls(int(found[1]), int(found[2]))


@dataclass(frozen=True, kw_only=True, slots=True)
class Ecc:
    """Memory errors. Volatile counts are since the driver was loaded, aggregate ones over the GPU's life.
    None is "not said" everywhere."""

    enabled: bool | None = None
    corrected_volatile: int | None = None
    uncorrected_volatile: int | None = None
    corrected_aggregate: int | None = None
    uncorrected_aggregate: int | None = None
    sram_threshold_exceeded: bool | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RemappedRows:
    """Memory rows that were replaced by spare ones (Ampere and newer)."""

    correctable: int | None = None
    uncorrectable: int | None = None
    pending: bool | None = None
    """The GPU must be reset for a replacement to take effect."""
    failure: bool | None = None
    """No spare row was left."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RetiredPages:
    """Memory pages that were taken out of use (before Ampere)."""

    single_bit: int | None = None
    double_bit: int | None = None
    pending: bool | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PcieLink:
    """The link now, and the most that GPU and slot allow. Idle GPUs lower the generation."""

    generation: int | None = None
    generation_max: int | None = None
    width: int | None = None
    """Lanes."""
    width_max: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Gpu:
    """One GPU. None is "not said": drivers, virtual machines and MIG leave different things out."""

    index: int
    """Its place in the report, from 0."""
    name: str | None = None
    """As the driver has it, in full: `NVIDIA A100-SXM4-80GB`."""
    uuid: str | None = None
    bus_id: str | None = None
    architecture: str | None = None
    """`Turing`, `Ampere`, …"""
    compute_capability: ComputeCapability | None = None
    memory_mib: int | None = None
    memory_used_mib: int | None = None
    utilization_percent: int | None = None
    mig: bool | None = None
    """Whether it is cut into instances; None where it has no MIG mode."""
    mig_devices: tuple[str, ...] = ()
    """Profiles such as `3g.40gb`, or what else the report calls them."""
    ecc: Ecc = field(default_factory=Ecc)
    remapped: RemappedRows | None = None
    retired: RetiredPages | None = None
    pcie: PcieLink = field(default_factory=PcieLink)
    temperature_c: int | None = None
    power_w: float | None = None
    power_limit_w: float | None = None
    clock_sm_mhz: int | None = None
    clock_sm_max_mhz: int | None = None
    throttle: tuple[ThrottleReason, ...] = ()
    """What holds the clocks down at the moment of the report."""
    throttle_time_us: Mapping[ThrottleReason, int] = field(default_factory=dict)
    """For how long in all since the driver was loaded, where it counts that."""
    fabric: str | None = None
    """NVLink fabric state where the GPU is part of one: `Completed`, `In Progress`, `Not Started`."""
    recovery_action: str | None = None
    """What the driver says must be done: None where it says nothing or `None`."""
    lost: str | None = None
    """Why nothing can be read from it, such as `GPU is lost`; None for a GPU that answers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Machine:
    """A machine's driver and its GPUs."""

    driver: str | None = None
    """The kernel driver's version, such as `535.104.05`."""
    cuda: str | None = None
    """The newest CUDA version whose calls the driver knows, such as `12.2`."""
    system: System | None = None
    gpus: tuple[Gpu, ...] = ()
    count: int | None = None
    """How many GPUs the report says are attached, which may be more than it lists."""
    origin: str
    """What said so, as people call it: `nvidia-smi`, `NVML`, `file:t4.yaml`."""
