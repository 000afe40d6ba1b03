"""A GPU's clocks, power and temperature while something runs: what makes a slow result an unreliable one."""

from __future__ import annotations

import ctypes
import threading
from statistics import median
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

from .nvml import THROTTLE_REASONS, Nvml, NvmlError, NvmlGpu

PERIOD_S = 0.05
CUDA_LIBRARY = "libcuda.so.1"


class Sample(NamedTuple):
    """One look at a GPU; None is "not said"."""

    clock_sm_mhz: Optional[int] = None
    power_w: Optional[float] = None
    temperature_c: Optional[int] = None
    throttle: Tuple[str, ...] = ()
    pcie_generation: Optional[int] = None
    pcie_width: Optional[int] = None


class Sampler:
    """Looks at a GPU every 50 ms, in a thread, while its block runs."""

    def __init__(self, look: Callable[[], Sample], clock_sm_max_mhz: Optional[int] = None) -> None:
        self._look = look
        self._clock_sm_max_mhz = clock_sm_max_mhz
        self._samples: List[Sample] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Sampler:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(PERIOD_S):
            self._samples.append(self._look())

    def summary(self) -> Optional[Dict[str, Any]]:
        """Of all samples; None without one. A throttle reason counts if one sample had it."""
        if not self._samples:
            return None
        clocks = _said(sample.clock_sm_mhz for sample in self._samples)
        powers = _said(sample.power_w for sample in self._samples)
        seen = {reason for sample in self._samples for reason in sample.throttle}
        return {
            "count": len(self._samples),
            "clock_sm_mhz_median": median(clocks) if clocks else None,
            "clock_sm_mhz_min": min(clocks, default=None),
            "clock_sm_max_mhz": self._clock_sm_max_mhz,
            "power_w_median": median(powers) if powers else None,
            "temperature_c_max": max(_said(sample.temperature_c for sample in self._samples), default=None),
            "throttle": [reason for _, reason in THROTTLE_REASONS if reason in seen],
            "pcie_generation_max": max(
                _said(sample.pcie_generation for sample in self._samples), default=None
            ),
            "pcie_width_max": max(_said(sample.pcie_width for sample in self._samples), default=None),
        }


def sampler_of(device: str) -> Optional[Sampler]:
    """For the GPU that torch calls `device`, such as `cuda:0`; None where NVML does not know it."""
    gpu = _gpu(device)
    return None if gpu is None else Sampler(lambda: _sample(gpu), gpu.clock_sm_max_mhz())


def _sample(gpu: NvmlGpu) -> Sample:
    return Sample(
        clock_sm_mhz=gpu.clock_sm_mhz(),
        power_w=gpu.power_w(),
        temperature_c=gpu.temperature_c(),
        throttle=tuple(gpu.throttle() or ()),
        pcie_generation=gpu.pcie_generation(),
        pcie_width=gpu.pcie_width(),
    )


def _gpu(device: str) -> Optional[NvmlGpu]:
    """CUDA counts what CUDA_VISIBLE_DEVICES leaves, in its own order, NVML counts all GPUs by address: the
    driver API (docs.nvidia.com/cuda/cuda-driver-api, read November 2026) tells a device's address."""
    kind, _, index = device.partition(":")
    if kind != "cuda":
        return None
    number, bus_id = ctypes.c_int(), ctypes.create_string_buffer(32)
    try:
        cuda = ctypes.CDLL(CUDA_LIBRARY)
        if cuda.cuInit(0) or cuda.cuDeviceGet(ctypes.byref(number), int(index)):
            return None
        if cuda.cuDeviceGetPCIBusId(bus_id, len(bus_id), number):
            return None
        return Nvml().gpu_at(bus_id.value.decode())
    except (OSError, NvmlError):
        return None


def _said(values: Any) -> Sequence[Any]:
    return [value for value in values if value is not None]
