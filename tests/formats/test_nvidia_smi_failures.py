"""What nvidia-smi says when it fails, and what that still says of the machine."""

from __future__ import annotations

import pytest

from envctl.errors import InputError
from envctl.formats.machine import read_machine
from envctl.formats.nvidia_smi.failures import Failure, FailureKind, failure
from envctl.formats.nvidia_smi.read import read as read_nvidia_smi
from envctl.model.machine import Gpu, Machine

MISMATCH = "Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 535.161\n"
NO_DRIVER = (
    "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. "
    "Make sure that the latest NVIDIA driver is installed and running."
)
ORIGIN = "file:smi.txt"


def read(text: str) -> Machine:
    return read_machine(text, file="smi.txt")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (NO_DRIVER, "driver-not-loaded"),
        ("Failed to initialize NVML: Driver Not Loaded", "driver-not-loaded"),
        (MISMATCH, "library-mismatch"),
        ("NVIDIA-SMI couldn't find libnvidia-ml.so library in your system.", "library-missing"),
        ("No devices were found", "no-devices"),
        ("Unable to determine the device handle for GPU0000:01:00.0: Unknown Error", "gpu-lost"),
        ("Unable to determine the device handle for gpu 0000:03:00.0: GPU is lost.", "gpu-lost"),
        ("Failed to initialize NVML: GPU is lost", "gpu-lost"),
        ("Failed to initialize NVML: Insufficient Permissions", "insufficient-permissions"),
        ("Failed to initialize NVML: GPU access blocked by the operating system", "blocked-by-system"),
        ("Failed to initialize NVML: Not Supported", "not-supported"),
        ("Failed to initialize NVML: Unknown Error", "unknown-error"),
    ],
)
def test_each_failure_is_known_by_its_first_words(text: str, kind: FailureKind) -> None:
    found = failure(f"\n  {text}\n")
    assert found == Failure(kind=kind, message=text.strip())


def test_what_is_no_failure_is_none() -> None:
    assert failure("GPU 0: Tesla T4 (UUID: GPU-1)\n") is None
    assert failure("people say: No devices were found") is None
    assert failure("") is None


@pytest.mark.parametrize("text", [MISMATCH, NO_DRIVER, "Failed to initialize NVML: Unknown Error\n"])
def test_a_capture_of_a_failure_says_nothing_of_the_machine_but_why(text: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text)
    assert (caught.value.code, caught.value.cause) == ("nvidia-smi-failed", text.strip())
    assert caught.value.message == "smi.txt: nvidia-smi failed where this was captured"


def test_no_devices_are_a_machine_without_gpus() -> None:
    assert read("No devices were found\n") == Machine(count=0, origin=ORIGIN)


@pytest.mark.parametrize(
    ("line", "gpu"),
    [
        ("GPU0000:01:00.0: Unknown Error", Gpu(index=0, bus_id="0000:01:00.0", lost="Unknown Error")),
        ("GPU1: 0000:34:00.0: Unknown Error", Gpu(index=1, bus_id="0000:34:00.0", lost="Unknown Error")),
        ("GPU 2: Unknown Error", Gpu(index=2, lost="Unknown Error")),
        (
            "gpu 0000:03:00.0: GPU is lost.  Reboot the system to recover this GPU",
            Gpu(index=0, bus_id="0000:03:00.0", lost="GPU is lost"),
        ),
    ],
)
def test_a_gpu_that_cannot_be_reached_is_a_lost_one(line: str, gpu: Gpu) -> None:
    text = f"Unable to determine the device handle for {line}\n"
    assert read(text) == Machine(gpus=(gpu,), origin=ORIGIN)
    assert read(f"{text}No devices were found\n").gpus == (gpu,)


def test_a_lost_gpu_stands_among_those_that_are_listed() -> None:
    text = """\
Unable to determine the device handle for GPU1: 0000:34:00.0: Unknown Error
GPU 0: Tesla T4 (UUID: GPU-a)
GPU 2: Tesla T4 (UUID: GPU-b)
Unable to determine the device handle for GPU0000:35:00.0: Unknown Error
"""
    assert read(text).gpus == (
        Gpu(index=0, name="Tesla T4", uuid="GPU-a"),
        Gpu(index=1, bus_id="0000:34:00.0", lost="Unknown Error"),
        Gpu(index=2, name="Tesla T4", uuid="GPU-b"),
        Gpu(index=3, bus_id="0000:35:00.0", lost="Unknown Error"),
    )


def test_a_lost_gpu_whose_number_another_one_has_comes_last() -> None:
    text = "Unable to determine the device handle for GPU0: Unknown Error\nGPU 0: Tesla T4 (UUID: GPU-a)\n"
    assert [(gpu.index, gpu.lost) for gpu in read(text).gpus] == [(0, None), (1, "Unknown Error")]


def test_a_lost_gpu_that_is_listed_too_is_one_gpu() -> None:
    text = """\
Unable to determine the device handle for GPU0000:01:00.0: GPU is lost
==============NVSMI LOG==============
GPU 00000000:01:00.0
    Product Name                          : GPU is lost
"""
    assert read(text).gpus == (Gpu(index=0, bus_id="00000000:01:00.0", lost="GPU is lost"),)


def test_what_is_no_output_of_nvidia_smi_is_refused_as_such() -> None:
    with pytest.raises(InputError) as caught:
        read_nvidia_smi("driver: 535.104.05\n", file="smi.txt")
    assert caught.value.code == "not-a-machine"
