"""Driver, build and GPU that do not fit: too old (35), no kernel (209), PTX (222), compat (804)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from stub_machine import StubMachine
from verdict import UNMEASURED, Verdict

Diagnose = Callable[..., Verdict]
A100 = ("NVIDIA A100-SXM4-80GB", "8.0")
GTX_1080 = ("NVIDIA GeForce GTX 1080", "6.1")
RTX_3090 = ("NVIDIA GeForce RTX 3090", "8.6")
RTX_5090 = ("NVIDIA GeForce RTX 5090", "12.0")
TOO_OLD = (
    "The NVIDIA driver on your system is too old (found version 11040). Please update your GPU driver by "
    "downloading and installing a new version."
)
INSUFFICIENT = (
    "Unexpected error from cudaGetDeviceCount(). Did you run some cuda functions before calling "
    "NumCudaDevices() that might have already set an error? Error 35: CUDA driver version is insufficient "
    "for CUDA runtime version"
)
NO_KERNEL = "CUDA error: no kernel image is available for execution on the device"
BAD_PTX = "CUDA error: the provided PTX was compiled with an unsupported toolchain."
NO_COMPAT = (
    "Unexpected error from cudaGetDeviceCount(). Did you run some cuda functions before calling "
    "NumCudaDevices() that might have already set an error? Error 804: forward compatibility was attempted "
    "on non supported HW"
)
OLD_DRIVER = StubMachine(driver="470.82.01", cuda="11.4")


@pytest.mark.parametrize("message", [TOO_OLD, INSUFFICIENT])
def test_a_driver_that_is_too_old_is_told_by_its_version_and_by_torchs_message(
    diagnose: Diagnose, message: str
) -> None:
    found = diagnose(machine=OLD_DRIVER, torch={"refusal": message})
    assert (found.code, found.blamed) == (1, {"driver-cuda": "fail", "cuda-available": "fail"})
    assert found.check("driver-cuda")["summary"] == (
        "CUDA 12.6 needs driver 525.60.13 or newer, and this is 470.82.01"
    )
    assert found.check("driver-cuda")["hint"] == (
        "driver 525.60.13 or newer (560.28.03 without limits); or an environment for CUDA 11.8: "
        "envctl create pytorch-gpu-cu118"
    )
    assert "the driver is older than this CUDA version needs (35)" in found.told("cuda-available")
    assert message in found.told("cuda-available")


def test_a_driver_that_is_too_old_is_told_before_torch_is_started(diagnose: Diagnose) -> None:
    found = diagnose("--only", "driver-cuda", machine=OLD_DRIVER)
    assert (found.code, found.blamed) == (1, {"driver-cuda": "fail"})
    assert [probe["probe"] for probe in found.json["facts"]["probes"]] == ["cuda-driver", "nvml"]


def test_a_compatibility_package_is_offered_where_one_works_with_the_driver(diagnose: Diagnose) -> None:
    machine = StubMachine(driver="535.104.05", cuda="12.2")
    found = diagnose("--only", "driver-cuda", machine=machine, torch={"cuda": "13.0"})
    assert "conda-forge's cuda-compat" in found.told("driver-cuda")


@pytest.mark.parametrize(
    ("gpu", "build", "instead"),
    [
        (RTX_5090, {"cuda": "12.4"}, "envctl create pytorch-gpu-cu128"),
        (GTX_1080, {"cuda": "12.9", "archs": "sm_75 sm_80 sm_120"}, "envctl create pytorch-gpu-cu128"),
    ],
)
def test_a_gpu_without_a_kernel_is_told_by_the_arch_list_and_by_each_kernel(
    diagnose: Diagnose, gpu: tuple[str, str], build: dict[str, str], instead: str
) -> None:
    name, capability = gpu
    warning = f"{name} with CUDA capability sm_{capability.replace('.', '')} is not compatible with the "
    warning += "current PyTorch installation."
    found = diagnose(
        machine=StubMachine(driver="580.65.06", cuda="13.0", gpus=(gpu,)),
        torch={**build, "gpus": dict([gpu]), "warning": warning, "kernels": NO_KERNEL},
    )
    assert found.code == 1
    assert found.blamed == {"gpu-arch": "fail", "cuda-available": "fail", **UNMEASURED}
    assert f"{name} ({capability}): the build has no code for it, only sm_7" in found.told("gpu-arch")
    assert instead in found.told("gpu-arch")
    for check in ("cuda-available", "gpu-memory", "matmul-fp32"):
        assert "the build has no code for this GPU's compute capability (209)" in found.told(check)
        assert NO_KERNEL in found.told(check)
        assert "take a build whose arch list has this GPU" in found.told(check)


def test_ptx_that_the_driver_cannot_compile_is_told_with_a_build_that_this_driver_runs(
    diagnose: Diagnose,
) -> None:
    found = diagnose(
        machine=StubMachine(driver="570.124.06", cuda="12.8", gpus=(RTX_5090,)),
        torch={
            "cuda": "12.9",
            "archs": "sm_80 sm_90 compute_90",
            "gpus": dict([RTX_5090]),
            "kernels": BAD_PTX,
        },
    )
    assert found.code == 1
    assert found.blamed == {"gpu-arch": "fail", "cuda-available": "fail", **UNMEASURED}
    assert found.check("driver-cuda")["status"] == "pass"  # with machine code it would do
    assert "error 222" in found.told("driver-cuda")
    arch = found.check("gpu-arch")
    assert "only compute_90 serves it, which this driver cannot compile" in arch["summary"]
    assert arch["hint"] == (
        "the driver of CUDA 12.9; or an environment for CUDA 12.9: envctl create pytorch-gpu-cu128"
    )
    for check in ("cuda-available", "gpu-memory"):
        assert "the build's PTX is newer than the compiler inside the driver (222)" in found.told(check)
        assert "upgrade the driver" in found.told(check)


def test_a_compatibility_libcuda_on_a_geforce_is_to_be_removed(diagnose: Diagnose) -> None:
    found = diagnose(
        machine=StubMachine(
            driver="535.104.05",
            cuda="12.2",
            gpus=(RTX_3090,),
            library="560.35.05",
            libraries_in="cuda-compat",
            cuda_init=804,
        ),
        torch={"refusal": NO_COMPAT},
    )
    assert found.code == 1
    assert found.blamed == {"driver-loaded": "fail", "driver-cuda": "fail", "cuda-available": "fail"}
    assert found.check("driver-cuda")["summary"] == (
        "forward compatibility is for data center GPUs, and this is none"
    )
    for check in found.blamed:
        assert "forward-compatibility package is loaded" in found.told(check)
        assert "remove it: cuda-compat from the environment" in found.told(check)
    assert found.json["facts"]["driver"]["libcuda"].endswith("/cuda-compat/libcuda.so.560.35.05")
