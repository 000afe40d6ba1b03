"""What is known when the checks begin: the machine, the build, and what the probes found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from envctl.model.build import Framework, FrameworkBuild
from envctl.model.machine import Machine
from envctl.model.template import Expectations


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of one probe."""

    probe: str
    device: str | None = None
    """`cpu`, `cuda:0`, …; None where the probe is not about one."""
    state: Literal["done", "unavailable", "error"]
    """`unavailable`: the probe itself says that it has no object here. `error`: it came to no result."""
    value: Mapping[str, Any] = field(default_factory=dict)
    cause: str | None = None
    """Why there is no value: the exception with its message, the signal or exit code and the last lines of
    standard error, or why the probe is unavailable."""
    wall_s: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class DriverState:
    """The driver as this machine's files and its libraries show it. None is "not found out"."""

    smi_exit: int | None = None
    """nvidia-smi's exit status; None where there is no nvidia-smi."""
    smi_failure: str | None = None
    """Which kind of failure that was: `hung`, `driver-not-loaded`, `gpu-lost`, …"""
    smi_message: str | None = None
    """What it said, where it failed."""
    module: str | None = None
    """Version of the loaded kernel module (`/proc/driver/nvidia/version`)."""
    library: str | None = None
    """Version of the user library (libnvidia-ml or libcuda)."""
    nvml_code: int | None = None
    """Of nvmlInit; 0 is success, 18 a mismatch of library and module."""
    cuda_code: int | None = None
    """Of cuInit; 0 is success."""
    libcuda: str | None = None
    """The file that was loaded as libcuda.so.1."""
    nodes: tuple[str, ...] = ()
    """Device files: `/dev/nvidia0`, `/dev/nvidiactl`, `/dev/nvidia-uvm`, …"""
    forbidden_nodes: tuple[str, ...] = ()
    """Those of them that this user may not open."""
    pci_gpus: int | None = None
    """NVIDIA display or 3D controllers on the PCI bus."""
    nouveau: bool = False
    """Whether the nouveau driver holds the GPU."""
    container: str | None = None
    """`docker`, `kubernetes`, `podman`, `lxc`, …; None outside of one."""
    wsl: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """Everything a check may look at."""

    machine: Machine | None = None
    """None where no NVIDIA driver and no GPU was found, or none was described."""
    driver: DriverState | None = None
    """None where the machine is only described."""
    build: FrameworkBuild | None = None
    """Of the packages, completed by what the framework itself says where it ran; None without a framework."""
    second_build: FrameworkBuild | None = None
    """Of another framework beside the first."""
    outcomes: tuple[Outcome, ...] = ()
    packages: Mapping[str, str] = field(default_factory=dict)
    """Version and build of the packages that matter to a GPU, by name: `{"mkl": "2024.1.0 h…_691"}`."""
    removed: Mapping[str, str] = field(default_factory=dict)
    """Variables of the caller that the probes did not get, with their values."""
    visible_devices: str | None = None
    """CUDA_VISIBLE_DEVICES as the probes got it."""

    def of(self, probe: str) -> tuple[Outcome, ...]:
        """A probe's outcomes, one a device."""
        return tuple(outcome for outcome in self.outcomes if outcome.probe == probe)

    def build_of(self, framework: Framework) -> FrameworkBuild | None:
        """The build of a framework; None where it is not in the environment."""
        both = (self.build, self.second_build)
        return next((build for build in both if build and build.framework == framework), None)

    def one(self, probe: str) -> Outcome | None:
        """The outcome of a probe that is not about a device; None where it was not run."""
        return next(iter(self.of(probe)), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """What a check judges."""

    facts: Facts
    expectations: Expectations = field(default_factory=Expectations)
    expected: bool = False
    """Whether somebody stated the expectations; else nothing is known of what was wanted."""
    gpu_wanted: bool = False
    """Whether a GPU must be there: the expectations or the caller say so."""
    live: bool = True
    """Whether the environment can be run here; False for a described machine or an environment that was
    never installed."""
    baseline: Mapping[str, float] = field(default_factory=dict)
    """Earlier figures of this machine, higher is better, by `PROBE/FIGURE/DEVICE`."""
