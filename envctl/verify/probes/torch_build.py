"""What this torch was built for, and whether it can use a GPU: the probes `torch-import` and `torch-cuda`."""

from __future__ import annotations

import re
import warnings
from typing import Any, Dict

from .harness import Params, Probe


def prepare(_params: Params) -> None:
    """Import torch."""
    import torch  # noqa: F401


def torch_import(_params: Params) -> Dict[str, Any]:
    """The build, as it says itself, without touching a GPU."""
    import torch

    capability = getattr(getattr(torch.backends, "cpu", None), "get_cpu_capability", None)
    blas = re.search(r"\bBLAS_INFO=(\w+)", torch.__config__.show())
    return {
        "version": str(torch.__version__),
        "file": torch.__file__,
        "cuda": torch.version.cuda,
        "hip": getattr(torch.version, "hip", None),
        "cudnn": cudnn_version(),
        "nccl": _nccl(),
        "archs": _archs(),
        "threads": torch.get_num_threads(),
        "cpu_capability": capability() if capability else None,
        "blas": blas[1] if blas else None,
    }


def torch_cuda(_params: Params) -> Dict[str, Any]:
    """Whether torch finds GPUs, and its own words where it does not."""
    import torch

    error_type = message = None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        available = torch.cuda.is_available()
        try:
            torch.zeros(1, device="cuda")
        except Exception as error:
            error_type, message = type(error).__name__, str(error)
        devices = [_device(index) for index in range(torch.cuda.device_count())] if available else []
    return {
        "available": available,
        "device_count": len(devices),
        "error_type": error_type,
        "message": message,
        "warnings": [str(warning.message) for warning in caught],
        "devices": devices,
    }


PROBES: Dict[str, Probe] = {"torch-import": torch_import, "torch-cuda": torch_cuda}


def _device(index: int) -> Dict[str, Any]:
    import torch

    found = torch.cuda.get_device_properties(index)
    return {
        "index": index,
        "name": found.name,
        "compute_capability": f"{found.major}.{found.minor}",
        "memory_bytes": found.total_memory,
        "multiprocessors": found.multi_processor_count,
    }


def _archs() -> Any:
    """What it has kernels for. `torch.cuda.get_arch_list` is empty without a GPU before torch 2.14."""
    import torch

    if not torch.version.cuda:
        return []
    flags = torch._C._cuda_getArchFlags() if hasattr(torch._C, "_cuda_getArchFlags") else None
    return flags.split() if flags else torch.cuda.get_arch_list()


def cudnn_version() -> Any:
    """`9.1.0` of 90100, `8.9.7` of 8907: cuDNN counts minor versions by 1000 since 9 (`cudnn_version.h`)."""
    import torch

    try:
        number = torch.backends.cudnn.version()
    except RuntimeError:  # another one than torch was built with: the convolution fails of it, in its words
        return None
    if number is None:
        return None
    thousands = 1000 if number < 90000 else 10000
    return f"{number // thousands}.{number % thousands // 100}.{number % 100}"


def _nccl() -> Any:
    """`2.21.5`; None where it is not built in."""
    import torch

    try:
        found = torch.cuda.nccl.version()
    except (AttributeError, RuntimeError):
        return None
    return ".".join(map(str, found[:3]))
