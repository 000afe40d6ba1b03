"""NVIDIA's management library through ctypes: what nvidia-smi asks, without nvidia-smi.

Functions, structures and numbers: NVML API Reference, docs.nvidia.com/deploy/nvml-api, read November 2026.
"""

from __future__ import annotations

import ctypes
from typing import Any, NamedTuple

LIBRARY = "libnvidia-ml.so.1"
THROTTLE_REASONS = (
    (0x1, "idle"),
    (0x2, "applications-clocks"),
    (0x4, "sw-power-cap"),
    (0x8, "hw-slowdown"),
    (0x10, "sync-boost"),
    (0x20, "sw-thermal"),
    (0x40, "hw-thermal"),
    (0x80, "hw-power-brake"),
    (0x100, "display-clocks"),
)
"""The bits of `nvmlClocksEventReasons`, by the names that envctl's machines have for them."""

_SM_CLOCK = 1
_GPU_TEMPERATURE = 0
_MIB = 2**20


class NvmlError(Exception):
    """What the library answered instead of doing what it was asked."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        """`nvmlReturn_t`: 9 driver not loaded, 15 GPU is lost, 18 library and driver differ, …"""
        self.message = message


class RemappedRows(NamedTuple):
    correctable: int
    uncorrectable: int
    pending: bool
    failure: bool


class _PciInfo(ctypes.Structure):
    """`nvmlPciInfo_t` of the functions that end in `_v3`."""

    _fields_ = [
        ("busIdLegacy", ctypes.c_char * 16),
        ("domain", ctypes.c_uint),
        ("bus", ctypes.c_uint),
        ("device", ctypes.c_uint),
        ("pciDeviceId", ctypes.c_uint),
        ("pciSubSystemId", ctypes.c_uint),
        ("busId", ctypes.c_char * 32),
    ]


class _Memory(ctypes.Structure):
    _fields_ = [(name, ctypes.c_ulonglong) for name in ("total", "free", "used")]


class _Utilization(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint) for name in ("gpu", "memory")]


class Nvml:
    """The library, initialised. Raises `OSError` where there is none, `NvmlError` where it does not start."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(LIBRARY)
        self._library.nvmlErrorString.restype = ctypes.c_char_p
        self.check("nvmlInit_v2")

    def check(self, function: str, *arguments: Any) -> None:
        """Call a function. Raises `NvmlError` for every answer but success, 13 where there is no such."""
        found = getattr(self._library, function, None)
        code = 13 if found is None else found(*arguments)  # NVML_ERROR_FUNCTION_NOT_FOUND: an older driver
        if code:
            raise NvmlError(code, self._library.nvmlErrorString(code).decode(errors="replace"))

    def done(self, function: str, *arguments: Any) -> bool:
        """Call a function and say whether it succeeded: drivers, GPUs and users may leave anything out."""
        try:
            self.check(function, *arguments)
        except NvmlError:
            return False
        return True

    def driver(self) -> str | None:
        """The driver's version, such as `535.104.05`."""
        text = ctypes.create_string_buffer(96)
        return _text(text) if self.done("nvmlSystemGetDriverVersion", text, 96) else None

    def cuda(self) -> str | None:
        """The newest CUDA version whose calls the driver knows, such as `12.2`."""
        number = ctypes.c_int()
        if not self.done("nvmlSystemGetCudaDriverVersion_v2", ctypes.byref(number)):
            return None
        return f"{number.value // 1000}.{number.value % 1000 // 10}"

    def count(self) -> int | None:
        """How many GPUs there are."""
        number = ctypes.c_uint()
        return number.value if self.done("nvmlDeviceGetCount_v2", ctypes.byref(number)) else None

    def gpu(self, index: int) -> NvmlGpu:
        """By its place among all GPUs. Raises `NvmlError`, as for a GPU that fell off the bus."""
        handle = ctypes.c_void_p()
        self.check("nvmlDeviceGetHandleByIndex_v2", index, ctypes.byref(handle))
        return NvmlGpu(self, handle)

    def gpu_at(self, bus_id: str) -> NvmlGpu:
        """By its PCI address, such as `0000:3B:00.0`. Raises `NvmlError`."""
        handle = ctypes.c_void_p()
        self.check("nvmlDeviceGetHandleByPciBusId_v2", bus_id.encode(), ctypes.byref(handle))
        return NvmlGpu(self, handle)


class NvmlGpu:
    """One GPU. Each function is None where the library does not say."""

    def __init__(self, nvml: Nvml, handle: ctypes.c_void_p) -> None:
        self._nvml = nvml
        self._handle = handle

    def name(self) -> str:
        """Every GPU has one. Raises `NvmlError` where it does not answer, as one that is lost since."""
        text = ctypes.create_string_buffer(96)
        self._nvml.check("nvmlDeviceGetName", self._handle, text, 96)
        return _text(text)

    def uuid(self) -> str | None:
        return self._words("nvmlDeviceGetUUID")

    def bus_id(self) -> str | None:
        info = _PciInfo()
        found = self._nvml.done("nvmlDeviceGetPciInfo_v3", self._handle, ctypes.byref(info))
        return info.busId.decode(errors="replace") if found else None

    def compute_capability(self) -> str | None:
        """Such as `8.6`."""
        pair = self._numbers("nvmlDeviceGetCudaComputeCapability", 2)
        return f"{pair[0]}.{pair[1]}" if pair else None

    def memory_mib(self) -> int | None:
        memory = self._memory()
        return memory.total // _MIB if memory else None

    def memory_used_mib(self) -> int | None:
        memory = self._memory()
        return memory.used // _MIB if memory else None

    def utilization_percent(self) -> int | None:
        rates = _Utilization()
        found = self._nvml.done("nvmlDeviceGetUtilizationRates", self._handle, ctypes.byref(rates))
        return int(rates.gpu) if found else None

    def mig(self) -> bool | None:
        """Whether it is cut into instances; None where it has no such mode."""
        current_and_pending = self._numbers("nvmlDeviceGetMigMode", 2)
        return bool(current_and_pending[0]) if current_and_pending else None

    def ecc_enabled(self) -> bool | None:
        current_and_pending = self._numbers("nvmlDeviceGetEccMode", 2)
        return bool(current_and_pending[0]) if current_and_pending else None

    def ecc_errors(self, *, corrected: bool, aggregate: bool) -> int | None:
        """Memory errors in all: over the GPU's life (`aggregate`), else since the driver was loaded."""
        count = ctypes.c_ulonglong()
        kind = (0 if corrected else 1, 1 if aggregate else 0)
        found = self._nvml.done(
            "nvmlDeviceGetTotalEccErrors", self._handle, kind[0], kind[1], ctypes.byref(count)
        )
        return count.value if found else None

    def remapped(self) -> RemappedRows | None:
        """Memory rows that spare ones replaced (Ampere and newer)."""
        found = self._numbers("nvmlDeviceGetRemappedRows", 4)
        return RemappedRows(found[0], found[1], bool(found[2]), bool(found[3])) if found else None

    def pcie_generation(self) -> int | None:
        return self._number("nvmlDeviceGetCurrPcieLinkGeneration")

    def pcie_generation_max(self) -> int | None:
        """The most that GPU and slot allow."""
        return self._number("nvmlDeviceGetMaxPcieLinkGeneration")

    def pcie_width(self) -> int | None:
        """Lanes."""
        return self._number("nvmlDeviceGetCurrPcieLinkWidth")

    def pcie_width_max(self) -> int | None:
        return self._number("nvmlDeviceGetMaxPcieLinkWidth")

    def temperature_c(self) -> int | None:
        return self._number("nvmlDeviceGetTemperature", _GPU_TEMPERATURE)

    def power_w(self) -> float | None:
        milliwatts = self._number("nvmlDeviceGetPowerUsage")
        return None if milliwatts is None else milliwatts / 1000

    def power_limit_w(self) -> float | None:
        """The lowest of all limits that hold."""
        milliwatts = self._number("nvmlDeviceGetEnforcedPowerLimit")
        return None if milliwatts is None else milliwatts / 1000

    def clock_sm_mhz(self) -> int | None:
        return self._number("nvmlDeviceGetClockInfo", _SM_CLOCK)

    def clock_sm_max_mhz(self) -> int | None:
        return self._number("nvmlDeviceGetMaxClockInfo", _SM_CLOCK)

    def throttle(self) -> list[str] | None:
        """Why its clocks are below their maximum now, in the order of the bits."""
        mask = ctypes.c_ulonglong()
        names = ("nvmlDeviceGetCurrentClocksEventReasons", "nvmlDeviceGetCurrentClocksThrottleReasons")
        if not any(self._nvml.done(name, self._handle, ctypes.byref(mask)) for name in names):
            return None  # the second name is the one of drivers before 535
        return [reason for bit, reason in THROTTLE_REASONS if mask.value & bit]

    def _memory(self) -> _Memory | None:
        memory = _Memory()
        found = self._nvml.done("nvmlDeviceGetMemoryInfo", self._handle, ctypes.byref(memory))
        return memory if found else None

    def _words(self, function: str) -> str | None:
        text = ctypes.create_string_buffer(96)
        return _text(text) if self._nvml.done(function, self._handle, text, 96) else None

    def _number(self, function: str, *arguments: int) -> int | None:
        number = ctypes.c_uint()
        found = self._nvml.done(function, self._handle, *arguments, ctypes.byref(number))
        return number.value if found else None

    def _numbers(self, function: str, count: int) -> list[int] | None:
        numbers = [ctypes.c_uint() for _ in range(count)]
        found = self._nvml.done(function, self._handle, *map(ctypes.byref, numbers))
        return [number.value for number in numbers] if found else None


def _text(buffer: Any) -> str:
    return str(buffer.value.decode(errors="replace"))
