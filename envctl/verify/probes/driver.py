"""What the driver's own libraries say inside the environment, found as any program there would find them.

Functions and codes: CUDA Driver API Reference, docs.nvidia.com/cuda/cuda-driver-api, read November 2026.
"""

from __future__ import annotations

import ctypes
import uuid
from typing import Any, Dict, List, Optional

from .nvml import LIBRARY, Nvml, NvmlError, NvmlGpu

_ERRORS = {
    2: "CUDA_ERROR_OUT_OF_MEMORY",
    34: "CUDA_ERROR_STUB_LIBRARY",
    46: "CUDA_ERROR_DEVICE_UNAVAILABLE",
    100: "CUDA_ERROR_NO_DEVICE",
    101: "CUDA_ERROR_INVALID_DEVICE",
    802: "CUDA_ERROR_SYSTEM_NOT_READY",
    803: "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH",
    804: "CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE",
    999: "CUDA_ERROR_UNKNOWN",
}
"""What cuInit may answer, for a library that cannot name it: the toolkit's stub refuses that call too."""
_MAJOR, _MINOR = 75, 76
"""CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR and _MINOR."""


def cuda_driver(_params: Dict[str, Any]) -> Dict[str, Any]:
    """What cuInit answers, which file answered, and the GPUs that a program of this environment gets."""
    found: Dict[str, Any] = {"libcuda": None, "code": None, "code_name": None, "version": None, "devices": []}
    try:
        library = ctypes.CDLL("libcuda.so.1")
    except OSError as error:
        return {**found, "load_error": str(error)}
    code = library.cuInit(0)
    return {
        "libcuda": _loaded("libcuda.so"),
        "load_error": None,
        "code": code,
        "code_name": _error_name(library, code),
        "version": _cuda_version(library),
        "devices": _devices(library) if code == 0 else [],
    }


def nvml(_params: Dict[str, Any]) -> Dict[str, Any]:
    """Driver and GPUs as NVML tells them; nvidia-smi asks the same library."""
    found: Dict[str, Any] = {"load_error": None, "code": 0, "message": None}
    found.update(driver=None, cuda=None, gpus=[])
    try:
        library = Nvml()
    except OSError as error:
        return {**found, "library": None, "load_error": str(error), "code": None}
    except NvmlError as error:
        return {**found, "library": _loaded(LIBRARY[:-2]), "code": error.code, "message": error.message}
    gpus = [_gpu(library, index) for index in range(library.count() or 0)]
    found.update(library=_loaded(LIBRARY[:-2]), driver=library.driver(), cuda=library.cuda(), gpus=gpus)
    return found


PROBES = {"cuda-driver": cuda_driver, "nvml": nvml}


def _loaded(name: str) -> Optional[str]:
    """The file that this process has mapped for a library, links followed."""
    with open("/proc/self/maps", errors="surrogateescape") as maps:  # noqa: PTH123
        for line in maps:
            path = line.rstrip("\n").split(maxsplit=5)[5:]
            if path and path[0].rpartition("/")[2].startswith(name):
                return path[0]
    return None


def _error_name(library: Any, code: int) -> Optional[str]:
    name = ctypes.c_char_p()
    if _done(library, "cuGetErrorName", code, ctypes.byref(name)) and name.value:
        return name.value.decode()
    return _ERRORS.get(code)


def _cuda_version(library: Any) -> Optional[str]:
    """The newest CUDA version that this libcuda knows; it answers whatever cuInit said."""
    number = ctypes.c_int()
    if not _done(library, "cuDriverGetVersion", ctypes.byref(number)) or not number.value:
        return None
    return f"{number.value // 1000}.{number.value % 1000 // 10}"


def _devices(library: Any) -> List[Dict[str, Any]]:
    count = ctypes.c_int()
    _done(library, "cuDeviceGetCount", ctypes.byref(count))
    return [_device(library, index) for index in range(count.value)]


def _device(library: Any, index: int) -> Dict[str, Any]:
    device = ctypes.c_int()
    _done(library, "cuDeviceGet", ctypes.byref(device), index)
    name = ctypes.create_string_buffer(256)
    named = _done(library, "cuDeviceGetName", name, len(name), device)
    major, minor = ctypes.c_int(), ctypes.c_int()
    capable = all(
        _done(library, "cuDeviceGetAttribute", ctypes.byref(number), attribute, device)
        for number, attribute in ((major, _MAJOR), (minor, _MINOR))
    )
    memory = ctypes.c_size_t()
    measured = _done(library, "cuDeviceTotalMem_v2", ctypes.byref(memory), device)
    # Not _v2, which gives the instance of a GPU that is cut up: NVML and nvidia-smi name the whole GPU.
    octets = ctypes.create_string_buffer(16)
    identified = _done(library, "cuDeviceGetUuid", octets, device)
    return {
        "name": name.value.decode(errors="replace") if named else None,
        "compute_capability": f"{major.value}.{minor.value}" if capable else None,
        "memory_bytes": memory.value if measured else None,
        "uuid": f"GPU-{uuid.UUID(bytes=octets.raw)}" if identified else None,
    }


def _done(library: Any, function: str, *arguments: Any) -> bool:
    """Call a function and say whether it succeeded; an old library has not all of them."""
    found = getattr(library, function, None)
    return found is not None and found(*arguments) == 0


def _gpu(library: Nvml, index: int) -> Dict[str, Any]:
    try:
        return {"index": index, **_said(library.gpu(index)), "lost": None}
    except NvmlError as error:
        return {"index": index, "lost": error.message}


def _said(gpu: NvmlGpu) -> Dict[str, Any]:
    remapped = gpu.remapped()
    return {
        "name": gpu.name(),
        "uuid": gpu.uuid(),
        "bus_id": gpu.bus_id(),
        "compute_capability": gpu.compute_capability(),
        "memory_mib": gpu.memory_mib(),
        "memory_used_mib": gpu.memory_used_mib(),
        "utilization_percent": gpu.utilization_percent(),
        "mig": gpu.mig(),
        "ecc_enabled": gpu.ecc_enabled(),
        "ecc_corrected_volatile": gpu.ecc_errors(corrected=True, aggregate=False),
        "ecc_uncorrected_volatile": gpu.ecc_errors(corrected=False, aggregate=False),
        "ecc_corrected_aggregate": gpu.ecc_errors(corrected=True, aggregate=True),
        "ecc_uncorrected_aggregate": gpu.ecc_errors(corrected=False, aggregate=True),
        "remapped": remapped and remapped._asdict(),
        "pcie_generation": gpu.pcie_generation(),
        "pcie_generation_max": gpu.pcie_generation_max(),
        "pcie_width": gpu.pcie_width(),
        "pcie_width_max": gpu.pcie_width_max(),
        "temperature_c": gpu.temperature_c(),
        "power_w": gpu.power_w(),
        "power_limit_w": gpu.power_limit_w(),
        "clock_sm_mhz": gpu.clock_sm_mhz(),
        "clock_sm_max_mhz": gpu.clock_sm_max_mhz(),
        "throttle": gpu.throttle() or [],
    }
