"""Variables of the caller that would make a probe judge something else than the environment.

They are taken out before the environment is activated, so that what the environment itself sets stays.
CUDA_VISIBLE_DEVICES stays too: schedulers hand out GPUs by it. The meanings are those of ld.so(8), of the
Python documentation ("Environment variables"), the CUDA programming guide ("CUDA Environment Variables")
and PyTorch's documentation ("CUDA Environment Variables"), read November 2026.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

LIBRARY_PATH = "LD_LIBRARY_PATH"
_OTHER_MODULES = "Python imports other modules than the environment's"
HOSTILE: Mapping[str, str] = {
    "LD_PRELOAD": "libraries are loaded into every program",
    "LD_AUDIT": "libraries watch and change what every program loads",
    LIBRARY_PATH: "libraries of these folders replace the environment's",
    "PYTHONPATH": _OTHER_MODULES,
    "PYTHONHOME": _OTHER_MODULES,
    "PYTHONUSERBASE": _OTHER_MODULES,
    "PYTHONPLATLIBDIR": _OTHER_MODULES,
    "PYTHONSTARTUP": "a file is run before every interactive Python",
    "PYTHONMALLOC": "Python takes its memory in another way",
    "PYTHONINSPECT": "Python waits for input after a program",
    "CUDA_LAUNCH_BLOCKING": "every kernel is waited for, which is slow",
    "CUDA_FORCE_PTX_JIT": "machine code is ignored and PTX compiled instead",
    "CUDA_DISABLE_PTX_JIT": "PTX is not compiled, so that GPUs newer than the build have no kernels",
    "NVIDIA_TF32_OVERRIDE": "TF32 is switched off whatever a program asks for",
    "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE": "TF32 is switched on whatever a program asks for",
    "PYTORCH_NVML_BASED_CUDA_CHECK": "torch says that CUDA is available without having tried",
    "PYTORCH_NO_CUDA_MEMORY_CACHING": "torch asks the driver for memory each time, which is slow",
}
"""What each does."""
_DRIVER_LIBRARIES = ("libcuda.so.1", "libnvidia-ml.so.1")


def cleaned(environ: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The variables that a probe gets, and those that it does not.

    Of LD_LIBRARY_PATH the folders with the driver's libraries stay, since container platforms mount them
    wherever they like. A variable that is empty goes unsaid, and so does the file that every shell reads
    first: only activation scripts would see it, and set again what was taken away.
    """
    kept = {name: value for name, value in environ.items() if name not in (*HOSTILE, "BASH_ENV", "ENV")}
    removed = {name: value for name, value in environ.items() if name in HOSTILE}
    folders = removed.get(LIBRARY_PATH, "").split(":")
    drivers = [folder for folder in folders if _holds_driver(folder)]
    if drivers:
        kept[LIBRARY_PATH] = ":".join(drivers)
        removed[LIBRARY_PATH] = ":".join(folder for folder in folders if folder not in drivers)
    return kept, {name: value for name, value in removed.items() if value}


def _holds_driver(folder: str) -> bool:
    return bool(folder) and any((Path(folder) / name).exists() for name in _DRIVER_LIBRARIES)
