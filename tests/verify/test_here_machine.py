"""This machine, put together from what nvidia-smi, the driver's libraries and files say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from envctl.model.machine import ComputeCapability, Ecc, Gpu, Machine, PcieLink, RemappedRows
from envctl.verify.facts import DriverState, Outcome
from envctl.verify.here.machine import machine_here
from envctl.verify.here.nvidia_smi import SmiAnswer

T4 = Gpu(index=0, name="Tesla T4", uuid="GPU-a", compute_capability=ComputeCapability(7, 5))
MACHINE = Machine(driver="535.104.05", cuda="12.2", gpus=(T4,), count=1, origin="nvidia-smi")
ABSENT = SmiAnswer(failure="absent")
NVML_GPU = {
    "index": 0,
    "name": "NVIDIA A100-SXM4-40GB",
    "uuid": "GPU-a",
    "bus_id": "00000000:3B:00.0",
    "compute_capability": "8.0",
    "memory_mib": 40960,
    "memory_used_mib": 3,
    "utilization_percent": 1,
    "mig": False,
    "ecc_enabled": True,
    "ecc_corrected_volatile": 1,
    "ecc_uncorrected_volatile": 2,
    "ecc_corrected_aggregate": 3,
    "ecc_uncorrected_aggregate": 4,
    "remapped": {"correctable": 1, "uncorrectable": 0, "pending": True, "failure": False},
    "pcie_generation": 1,
    "pcie_generation_max": 4,
    "pcie_width": 16,
    "pcie_width_max": 16,
    "temperature_c": 35,
    "power_w": 52.5,
    "power_limit_w": 400.0,
    "clock_sm_mhz": 210,
    "clock_sm_max_mhz": 1410,
    "throttle": ["idle"],
    "lost": None,
}


def done(probe: str, **value: Any) -> Outcome:
    return Outcome(probe=probe, state="done", value=value)


def nvml(*gpus: Mapping[str, Any], **changes: Any) -> Outcome:
    """What the probe `nvml` finds where the driver works."""
    found = {
        "library": "/usr/lib/libnvidia-ml.so.535.104.05",
        "load_error": None,
        "code": 0,
        "message": None,
        "driver": "535.104.05",
        "cuda": "12.2",
        "gpus": list(gpus),
    }
    return done("nvml", **{**found, **changes})


def cuda(*devices: Mapping[str, Any], **changes: Any) -> Outcome:
    """What the probe `cuda-driver` finds where the driver works."""
    found = {
        "libcuda": "/usr/lib/libcuda.so.535.104.05",
        "load_error": None,
        "code": 0,
        "code_name": "CUDA_SUCCESS",
        "version": "12.2",
        "devices": list(devices),
    }
    return done("cuda-driver", **{**found, **changes})


def device(name: str, uuid: str | None, capability: str) -> dict[str, Any]:
    return {"name": name, "uuid": uuid, "compute_capability": capability, "memory_bytes": 15 << 30}


def test_nvidia_smi_is_believed_first() -> None:
    answer = SmiAnswer(machine=MACHINE, exit=0)
    machine, state = machine_here(answer, nvml(NVML_GPU), cuda(), DriverState(module="535.104.05"))
    assert machine == replace(MACHINE, system="linux")
    assert state == DriverState(
        smi_exit=0,
        module="535.104.05",
        library="535.104.05",
        nvml_code=0,
        cuda_code=0,
        libcuda="/usr/lib/libcuda.so.535.104.05",
    )


def test_nvml_tells_everything_where_there_is_no_nvidia_smi() -> None:
    machine, state = machine_here(ABSENT, nvml(NVML_GPU), None, DriverState())
    assert machine == Machine(
        driver="535.104.05",
        cuda="12.2",
        system="linux",
        count=1,
        origin="NVML",
        gpus=(
            Gpu(
                index=0,
                name="NVIDIA A100-SXM4-40GB",
                uuid="GPU-a",
                bus_id="00000000:3B:00.0",
                compute_capability=ComputeCapability(8, 0),
                memory_mib=40960,
                memory_used_mib=3,
                utilization_percent=1,
                mig=False,
                ecc=Ecc(
                    enabled=True,
                    corrected_volatile=1,
                    uncorrected_volatile=2,
                    corrected_aggregate=3,
                    uncorrected_aggregate=4,
                ),
                remapped=RemappedRows(correctable=1, uncorrectable=0, pending=True, failure=False),
                pcie=PcieLink(generation=1, generation_max=4, width=16, width_max=16),
                temperature_c=35,
                power_w=52.5,
                power_limit_w=400.0,
                clock_sm_mhz=210,
                clock_sm_max_mhz=1410,
                throttle=("idle",),
            ),
        ),
    )
    assert state.smi_exit is None


def test_nvml_tells_the_gpus_where_nvidia_smi_gives_up_on_one_that_is_lost() -> None:
    answer = SmiAnswer(exit=15, failure="gpu-lost", message="GPU is lost")
    machine, state = machine_here(
        answer, nvml(NVML_GPU, {"index": 1, "lost": "GPU is lost"}), None, DriverState()
    )
    assert machine
    assert [(gpu.index, gpu.name, gpu.lost) for gpu in machine.gpus] == [
        (0, "NVIDIA A100-SXM4-40GB", None),
        (1, None, "GPU is lost"),
    ]
    assert (state.smi_exit, state.smi_message) == (15, "GPU is lost")


def test_a_driver_without_a_gpu_is_a_machine_without_gpus() -> None:
    answer = SmiAnswer(exit=6, failure="no-devices", message="No devices were found")
    machine, _ = machine_here(answer, nvml(), cuda(code=100), DriverState())
    assert machine
    assert (machine.driver, machine.cuda, machine.gpus, machine.count) == ("535.104.05", "12.2", (), 0)


def test_a_compute_capability_that_nvidia_smi_does_not_say_is_libcudas() -> None:
    unsaid = replace(
        MACHINE,
        gpus=(
            Gpu(index=0, name="Tesla T4", uuid="GPU-a"),
            Gpu(index=1, name="NVIDIA L4", uuid="GPU-b"),
            Gpu(index=2, name="NVIDIA L4"),
            Gpu(index=3, name="NVIDIA L40S", uuid="GPU-d"),
        ),
    )
    by_cuda = cuda(device("NVIDIA L4", "GPU-b", "8.9"), device("Tesla T4", "GPU-a", "7.5"))
    machine, _ = machine_here(SmiAnswer(machine=unsaid, exit=0), None, by_cuda, DriverState())
    assert machine
    assert [gpu.compute_capability for gpu in machine.gpus] == [(7, 5), (8, 9), (8, 9), None]


def test_libcuda_alone_tells_the_gpus_too() -> None:
    """A Jetson has neither nvidia-smi nor NVML."""
    by_cuda = cuda(device("Orin", None, "8.7"), libcuda="/usr/lib/libcuda.so.1.1", version="11.4")
    machine, state = machine_here(ABSENT, done("nvml", code=None), by_cuda, DriverState())
    assert machine == Machine(
        cuda="11.4",
        system="linux",
        origin="libcuda",
        gpus=(Gpu(index=0, name="Orin", compute_capability=ComputeCapability(8, 7), memory_mib=15360),),
    )
    assert state.library is None


def test_a_driver_that_fails_is_still_known_by_its_module() -> None:
    answer = SmiAnswer(exit=18, failure="library-mismatch", message="Failed to initialize NVML: …")
    mismatch = nvml(code=18, library="/usr/lib/libnvidia-ml.so.535.161.07", driver=None, cuda=None)
    files = DriverState(module="535.104.05", pci_gpus=2)
    machine, state = machine_here(answer, mismatch, cuda(code=803), files)
    assert machine == Machine(driver="535.104.05", system="linux", count=2, origin="the system's files")
    assert (state.module, state.library) == ("535.104.05", "535.161.07")
    assert (state.nvml_code, state.cuda_code) == (18, 803)


def test_gpus_without_a_driver_are_a_machine() -> None:
    machine, _ = machine_here(ABSENT, None, None, DriverState(pci_gpus=1, nouveau=True))
    assert machine == Machine(system="linux", count=1, origin="the system's files")


def test_neither_driver_nor_gpu_is_no_machine() -> None:
    unloaded = {"code": None, "load_error": "libcuda.so.1: cannot open shared object file"}
    nothing = machine_here(
        ABSENT, done("nvml", **unloaded), done("cuda-driver", **unloaded), DriverState(pci_gpus=0)
    )
    assert nothing == (None, DriverState(smi_failure="absent", pci_gpus=0))


def test_probes_that_came_to_no_result_say_nothing() -> None:
    hung = [Outcome(probe=name, state="error", cause="did not end") for name in ("nvml", "cuda-driver")]
    answer = SmiAnswer(exit=-9, failure="hung", message="nvidia-smi did not end within 30 s")
    machine, state = machine_here(answer, *hung, DriverState(module="535.104.05"))
    assert machine
    assert machine.driver == "535.104.05"
    assert (state.nvml_code, state.cuda_code, state.smi_exit) == (None, None, -9)


def test_the_librarys_version_is_never_that_of_a_forward_compatibility_package() -> None:
    compat = cuda(libcuda="/opt/env/cuda-compat/libcuda.so.575.57.08", version="12.9")
    _, state = machine_here(ABSENT, None, compat, DriverState(module="535.104.05"))
    assert (state.library, state.libcuda) == (None, "/opt/env/cuda-compat/libcuda.so.575.57.08")
    _, state = machine_here(ABSENT, nvml(), compat, DriverState(module="535.104.05"))
    assert state.library == "535.104.05"


def test_a_library_that_an_upgrade_replaced_while_in_use_still_has_its_version() -> None:
    replaced = cuda(libcuda="/usr/lib/libcuda.so.535.104.05 (deleted)")
    _, state = machine_here(ABSENT, None, replaced, DriverState())
    assert state.library == "535.104.05"


def test_what_libcuda_of_a_compatibility_package_knows_is_not_what_the_driver_knows() -> None:
    machine, _ = machine_here(
        SmiAnswer(machine=MACHINE, exit=0), None, cuda(version="12.9"), DriverState(module="535.104.05")
    )
    assert machine
    assert machine.cuda == "12.2"
