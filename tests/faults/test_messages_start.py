"""A driver that is installed and does not start: 999, 3 (HMM), 802, 803 with NVML 18, and exit code 9."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from stub_machine import StubMachine
from verdict import Verdict

Diagnose = Callable[..., Verdict]
BOTH = {"driver-loaded": "fail", "cuda-available": "fail"}
UNKNOWN = (
    "CUDA unknown error - this may be due to an incorrectly set up environment, e.g. changing env variable "
    "CUDA_VISIBLE_DEVICES after program start. Setting the available devices to be zero."
)
NOT_STARTED = "CUDA driver initialization failed, you might not have a CUDA gpu."
UNEXPECTED = (
    "Unexpected error from cudaGetDeviceCount(). Did you run some cuda functions before calling "
    "NumCudaDevices() that might have already set an error? "
)
MISMATCH = "Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 550.54"
H100 = ("NVIDIA H100 80GB HBM3", "9.0")
NO_CONTACT = (
    "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest "
    "NVIDIA driver is installed and running."
)


def test_cuda_without_nvidia_uvm_is_told_by_the_missing_device_file(diagnose: Diagnose) -> None:
    machine = StubMachine(cuda_init=999, nodes=("nvidia0", "nvidiactl"))
    found = diagnose(machine=machine, torch={"refusal": UNKNOWN})
    assert (found.code, found.blamed) == (1, BOTH)
    assert "cuInit gives CUDA_ERROR_UNKNOWN (999)" in found.told("driver-loaded")
    for check in BOTH:
        assert "nvidia_uvm is not loaded: there is no /dev/nvidia-uvm (999)" in found.told(check)
        assert found.check(check)["hint"].startswith("sudo nvidia-modprobe -u")


@pytest.mark.parametrize(("code", "message"), [(999, UNKNOWN), (3, NOT_STARTED)])
def test_cuda_that_does_not_start_where_nvidia_smi_works_is_a_stale_nvidia_uvm_or_its_hmm(
    diagnose: Diagnose, code: int, message: str
) -> None:
    found = diagnose(machine=StubMachine(cuda_init=code), torch={"refusal": message})
    assert (found.code, found.blamed) == (1, BOTH)
    assert f"({code})" in found.check("driver-loaded")["summary"]
    for check in BOTH:
        assert "stale after a suspend" in found.told(check)
        assert "KASLR" in found.told(check)
        assert "sudo rmmod nvidia_uvm && sudo modprobe nvidia_uvm" in found.told(check)
        assert "uvm_disable_hmm=1" in found.told(check)


def test_a_driver_before_hmm_is_not_told_to_switch_it_off(diagnose: Diagnose) -> None:
    machine = StubMachine(driver="470.82.01", cuda="11.4", cuda_init=999)
    found = diagnose(machine=machine, torch={"cuda": "11.4", "refusal": UNKNOWN})
    assert found.blamed == BOTH
    for check in BOTH:
        assert "stale after a suspend" in found.told(check)
        assert "hmm" not in found.told(check)


def test_an_nvlink_fabric_that_is_not_set_up_asks_for_its_manager(diagnose: Diagnose) -> None:
    machine = StubMachine(
        gpus=(H100, H100),
        cuda_init=802,
        more="<fabric><state>In Progress</state><status>N/A</status></fabric>",
    )
    found = diagnose(machine=machine, torch={"refusal": f"{UNEXPECTED}Error 802: system not yet initialized"})
    assert (found.code, found.blamed) == (
        1,
        {"driver-loaded": "fail", "fabric": "fail", "cuda-available": "fail"},
    )
    assert "GPU 0: In Progress; GPU 1: In Progress" in found.check("fabric")["summary"]
    for check in found.blamed:
        assert "the NVLink fabric is not set up" in found.told(check)
        assert "sudo systemctl enable --now nvidia-fabricmanager" in found.told(check)


def test_a_driver_that_was_upgraded_under_its_module_asks_for_a_reboot(diagnose: Diagnose) -> None:
    machine = StubMachine(
        driver="535.104.05",
        cuda="12.2",
        library="550.54.15",
        smi_exit=18,
        smi_message=MISMATCH,
        nvml_init=18,
        cuda_init=803,
    )
    refusal = f"{UNEXPECTED}Error 803: system has unsupported display driver / cuda driver combination"
    found = diagnose(machine=machine, torch={"cuda": "12.1", "refusal": refusal})
    assert (found.code, found.blamed) == (1, BOTH)
    assert found.check("driver-loaded")["summary"] == (
        "the loaded driver is not the installed one: module 535.104.05, library 550.54.15"
    )
    for check in BOTH:
        assert "the driver was upgraded and the old kernel module is still loaded" in found.told(check)
        assert found.check(check)["hint"].startswith("reboot; or")


def test_a_driver_whose_module_is_not_loaded_asks_for_modprobe_and_blames_no_variable(
    diagnose: Diagnose,
) -> None:
    machine = StubMachine(
        smi_exit=9, smi_message=NO_CONTACT, nvml_init=9, cuda_init=100, module=False, nodes=()
    )
    found = diagnose(machine=machine, torch={"refusal": "No CUDA GPUs are available"})
    assert (found.code, found.blamed) == (1, BOTH)
    assert found.check("driver-loaded")["summary"] == "the driver is not loaded"
    assert found.json["facts"]["driver"]["smi_message"] == NO_CONTACT
    for check in BOTH:
        assert "kernel module is not loaded" in found.told(check)
        assert found.check(check)["hint"].startswith("sudo modprobe nvidia")
        assert "CUDA_VISIBLE_DEVICES" not in found.told(check)
