"""The driver's libraries as a few lines of C: `LD_LIBRARY_PATH=FOLDER` makes a program load them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from envctl import proc

needs_compiler = pytest.mark.skipif(not shutil.which("cc"), reason="no C compiler here")

# Declarations: CUDA Driver API and NVML API references.
_CUDA = r"""
#include <string.h>
typedef struct { char bytes[16]; } uuid_t;
int cuInit(unsigned flags) { return INIT; }
int cuDriverGetVersion(int *version) { *version = VERSION; return 0; }
#ifndef NAMELESS
int cuGetErrorName(int code, const char **name) {
  *name = code == 100 ? "CUDA_ERROR_NO_DEVICE" : code == 0 ? "CUDA_SUCCESS" : 0; return *name ? 0 : 1; }
#endif
int cuDeviceGetCount(int *count) { *count = DEVICES; return 0; }
int cuDeviceGet(int *device, int index) { *device = 40 + index; return 0; }
int cuDeviceGetName(char *name, int size, int device) {
  strncpy(name, device == 40 ? "Tesla T4" : "NVIDIA L4", size); return 0; }
int cuDeviceGetAttribute(int *value, int attribute, int device) {
  *value = attribute == 75 ? (device == 40 ? 7 : 8) : attribute == 76 ? (device == 40 ? 5 : 9) : -1;
  return 0; }
int cuDeviceTotalMem_v2(unsigned long *bytes, int device) { *bytes = 15ul << 30; return 0; }
int cuDeviceGetUuid(uuid_t *uuid, int device) { memset(uuid->bytes, device - 40, 16); return 0; }
"""
_NVML = r"""
#include <string.h>
static int gpu;
int nvmlInit_v2(void) { return INIT; }
const char *nvmlErrorString(int code) {
  return code == 18 ? "Driver/library version mismatch" : code == 15 ? "GPU is lost" : "Unknown Error"; }
int nvmlSystemGetDriverVersion(char *text, unsigned size) { strncpy(text, "535.104.05", size); return 0; }
int nvmlSystemGetCudaDriverVersion_v2(int *version) { *version = 12020; return 0; }
int nvmlDeviceGetCount_v2(unsigned *count) { *count = 2; return 0; }
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **handle) { *handle = &gpu; return index ? 15 : 0; }
int nvmlDeviceGetName(void *h, char *text, unsigned size) { strncpy(text, "Tesla T4", size); return 0; }
int nvmlDeviceGetCudaComputeCapability(void *h, int *major, int *minor) { *major = 7; *minor = 5; return 0; }
int nvmlDeviceGetEccMode(void *h, unsigned *now, unsigned *next) { *now = 1; *next = 0; return 0; }
int nvmlDeviceGetTotalEccErrors(void *h, int kind, int counter, unsigned long long *count) {
  *count = 10 * kind + counter; return 0; }
int nvmlDeviceGetRemappedRows(void *h, unsigned *fixed, unsigned *lost, unsigned *pending, unsigned *failed) {
  *fixed = 1; *lost = 2; *pending = 1; *failed = 0; return 0; }
int nvmlDeviceGetEnforcedPowerLimit(void *h, unsigned *milliwatts) { *milliwatts = 70000; return 0; }
"""


def stub_libcuda(
    folder: Path,
    *,
    init: int = 0,
    version: int = 12020,
    devices: int = 1,
    driver: str = "535.104.05",
    nameless: bool = False,
) -> None:
    """`libcuda.so.1` whose cuInit answers `init`, for a Tesla T4 and then L4s; `nameless`: it does not know
    what its codes are called."""
    macros = {"INIT": init, "VERSION": version, "DEVICES": devices, **({"NAMELESS": 1} if nameless else {})}
    _compile(folder, "libcuda.so", driver, _CUDA, macros)


def stub_nvml(folder: Path, *, init: int = 0, driver: str = "535.104.05") -> None:
    """`libnvidia-ml.so.1` whose nvmlInit answers `init`, for a Tesla T4 and a GPU that is lost."""
    _compile(folder, "libnvidia-ml.so", driver, _NVML, {"INIT": init})


def _compile(folder: Path, name: str, driver: str, source: str, macros: dict[str, int]) -> None:
    """Build a library whose file is named by the driver's version, with a link as programs ask for it."""
    folder.mkdir(parents=True, exist_ok=True)
    library = folder / f"{name}.{driver}"
    defined = [f"-D{macro}={value}" for macro, value in macros.items()]
    done = proc.run(["cc", "-shared", "-fPIC", *defined, "-o", library, "-xc", "-"], stdin=source)
    assert done.returncode == 0, done.stderr
    (folder / f"{name}.1").symlink_to(library.name)
