"""NVIDIA's management library, asked through ctypes: a stub of it, compiled here, answers."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from envctl import proc
from envctl.verify.probes import nvml, sampler

pytestmark = pytest.mark.skipif(not shutil.which("cc"), reason="no C compiler here")

# What NVML's header declares, for one GPU of which only a few things are known.
STUB = r"""
#include <string.h>
typedef struct { char legacy[16]; unsigned domain, bus, device, id, subsystem; char bus_id[32]; } pci_t;
typedef struct { unsigned long long total, free, used; } memory_t;
static int gpu;
int nvmlInit_v2(void) { return INIT; }
const char *nvmlErrorString(int code) { return code == 15 ? "GPU is lost" : "Driver Not Loaded"; }
int nvmlSystemGetDriverVersion(char *text, unsigned size) { strncpy(text, "535.104.05", size); return 0; }
int nvmlSystemGetCudaDriverVersion_v2(int *version) { *version = 12020; return 0; }
int nvmlDeviceGetCount_v2(unsigned *count) { *count = 2; return 0; }
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **handle) { *handle = &gpu; return index ? 15 : 0; }
int nvmlDeviceGetHandleByPciBusId_v2(const char *id, void **handle) {
  *handle = &gpu; return strcmp(id, "0000:3B:00.0") ? 6 : 0; }
int nvmlDeviceGetName(void *h, char *text, unsigned size) {
  strncpy(text, "Tesla T4", size); return h != &gpu; }
int nvmlDeviceGetPciInfo_v3(void *h, pci_t *info) { strcpy(info->bus_id, "00000000:3B:00.0"); return 0; }
int nvmlDeviceGetCudaComputeCapability(void *h, int *major, int *minor) { *major = 7; *minor = 5; return 0; }
int nvmlDeviceGetMemoryInfo(void *h, memory_t *memory) {
  memory->total = 15360ull << 20; memory->used = 3ull << 20; return 0; }
int nvmlDeviceGetMigMode(void *h, unsigned *current, unsigned *pending) { return 3; }
int nvmlDeviceGetTotalEccErrors(void *h, int kind, int counter, unsigned long long *count) {
  *count = (5ull << 32) + 10 * kind + counter; return 0; }
int nvmlDeviceGetRemappedRows(void *h, unsigned *fixed, unsigned *lost, unsigned *pending, unsigned *failed) {
  *fixed = 1; *lost = 2; *pending = 1; *failed = 0; return 0; }
int nvmlDeviceGetPowerUsage(void *h, unsigned *milliwatts) { *milliwatts = 68500; return 0; }
int nvmlDeviceGetClockInfo(void *h, int kind, unsigned *mhz) { *mhz = kind == 1 ? 1590 : 5001; return 0; }
int nvmlDeviceGetCurrentClocksThrottleReasons(void *h, unsigned long long *bits) { *bits = 0x44; return 0; }
"""


CUDA_STUB = r"""
#include <string.h>
int cuInit(unsigned flags) { return 0; }
int cuDeviceGet(int *device, int index) { *device = index + 40; return 0; }
int cuDeviceGetPCIBusId(char *id, int size, int device) {
  strncpy(id, device == 41 ? "0000:3B:00.0" : "0000:AF:00.0", size); return 0; }
"""


def compiled(folder: Path, init: int, source: str = STUB, name: str = "libnvidia-ml.so.1") -> str:
    library = folder / name
    done = proc.run(["cc", "-shared", "-fPIC", f"-DINIT={init}", "-o", library, "-xc", "-"], stdin=source)
    assert done.returncode == 0, done.stderr
    return str(library)


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> nvml.Nvml:
    monkeypatch.setattr(nvml, "LIBRARY", compiled(tmp_path, 0))
    return nvml.Nvml()


def test_the_driver_and_its_cuda_version_are_told_as_people_write_them(library: nvml.Nvml) -> None:
    assert (library.driver(), library.cuda(), library.count()) == ("535.104.05", "12.2", 2)


def test_what_a_gpu_says_comes_in_the_units_of_its_name(library: nvml.Nvml) -> None:
    gpu = library.gpu(0)
    assert (gpu.name(), gpu.bus_id(), gpu.compute_capability()) == ("Tesla T4", "00000000:3B:00.0", "7.5")
    assert (gpu.memory_mib(), gpu.memory_used_mib()) == (15360, 3)
    assert (gpu.power_w(), gpu.clock_sm_mhz()) == (68.5, 1590)
    assert gpu.ecc_errors(corrected=False, aggregate=True) == (5 << 32) + 11
    assert gpu.remapped() == (1, 2, True, False)


def test_a_gpu_is_found_by_its_address(library: nvml.Nvml) -> None:
    assert library.gpu_at("0000:3B:00.0").name() == "Tesla T4"
    with pytest.raises(nvml.NvmlError):
        library.gpu_at("0000:3C:00.0")


def test_throttle_reasons_have_names_and_the_function_of_older_drivers_serves(library: nvml.Nvml) -> None:
    assert library.gpu(0).throttle() == ["sw-power-cap", "hw-thermal"]


def test_what_a_gpu_or_a_driver_does_not_say_is_none(library: nvml.Nvml) -> None:
    gpu = library.gpu(0)
    assert gpu.mig() is None  # the library refuses
    assert gpu.pcie_generation() is None  # the library has no such function


def test_a_lost_gpu_says_so(library: nvml.Nvml) -> None:
    with pytest.raises(nvml.NvmlError, match="GPU is lost") as lost:
        library.gpu(1)
    assert lost.value.code == 15


def test_a_driver_that_does_not_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nvml, "LIBRARY", compiled(tmp_path, 9))
    with pytest.raises(nvml.NvmlError, match="Driver Not Loaded") as refused:
        nvml.Nvml()
    assert refused.value.code == 9


def test_a_machine_without_the_library_is_an_os_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nvml, "LIBRARY", "libnvidia-ml.so.none")
    with pytest.raises(OSError, match="libnvidia-ml"):
        nvml.Nvml()


def test_what_torch_calls_a_device_is_found_by_its_address(
    library: nvml.Nvml, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampler, "CUDA_LIBRARY", compiled(tmp_path, 0, CUDA_STUB, "libcuda.so.1"))
    second = sampler.sampler_of("cuda:1")
    assert second
    with second:
        while not second.summary():
            time.sleep(0.01)
    found = second.summary()
    assert (found["clock_sm_mhz_median"], found["power_w_median"]) == (1590, 68.5)
    assert found["throttle"] == ["sw-power-cap", "hw-thermal"]
    assert sampler.sampler_of("cuda:0") is None  # CUDA has it, NVML does not know its address


def test_without_libcuda_there_are_no_samples(library: nvml.Nvml, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampler, "CUDA_LIBRARY", "libcuda.so.none")
    assert sampler.sampler_of("cuda:0") is None
