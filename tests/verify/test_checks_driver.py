"""Whether there is a driver and whether it works, told from what the machine's files and libraries say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from judged import A100, LOADED, done, failed, judge, machine

from envctl.model.machine import Machine
from envctl.verify.facts import DriverState, Facts


def here(**changes: Any) -> Facts:
    """This machine with a driver that works, but for the changes."""
    return Facts(machine=machine(A100), driver=replace(LOADED, **changes))


class TestPresent:
    def test_a_driver_is_named_with_who_says_so(self) -> None:
        result = judge("driver-present", Facts(machine=machine(A100)))
        assert (result.status, result.summary) == ("pass", "driver 535.104.05, says nvidia-smi")

    def test_a_driver_of_which_only_the_cuda_version_is_described(self) -> None:
        result = judge("driver-present", Facts(machine=machine(driver=None)), live=False)
        assert (result.status, result.summary) == ("pass", "a driver for CUDA 12.2")

    def test_a_driver_that_is_installed_and_not_loaded_is_present(self) -> None:
        result = judge("driver-present", Facts(driver=DriverState(smi_exit=9, library="535.104.05")))
        assert (result.status, result.summary) == ("pass", "driver 535.104.05")

    def test_a_description_without_a_driver_is_not_judged(self) -> None:
        facts = Facts(machine=Machine(origin="file:t4.yaml"))
        result = judge("driver-present", facts, live=False, gpu_wanted=True)
        assert (result.status, result.summary) == ("skip", "no driver is described")

    def test_without_a_description_nothing_is_judged(self) -> None:
        result = judge("driver-present", Facts(), live=False, gpu_wanted=True)
        assert (result.status, result.summary) == ("skip", "no machine is described")

    @pytest.mark.parametrize(
        ("state", "cause", "hint"),
        [
            (DriverState(), "neither an NVIDIA driver nor an NVIDIA GPU", "CPU environment"),
            (DriverState(pci_gpus=2), "has 2 NVIDIA GPUs and no NVIDIA driver", "install the NVIDIA driver"),
            (
                DriverState(pci_gpus=1, nouveau=True),
                "nouveau holds the machine's 1 NVIDIA GPU",
                "blacklist nouveau",
            ),
            (
                DriverState(container="docker", pci_gpus=1),
                "this docker container was given no GPU",
                "--gpus all",
            ),
            (
                DriverState(container="podman"),
                "this podman container was given no GPU",
                "--device nvidia.com/gpu",
            ),
            (DriverState(container="kubernetes"), "given no GPU", "nvidia.com/gpu: 1"),
            (DriverState(container="apptainer"), "given no GPU", "apptainer exec --nv"),
            (DriverState(container="lxc"), "this lxc container was given no GPU", "driver's libraries"),
            (DriverState(wsl=True), "none of Windows", "install the driver in Windows"),
        ],
        ids=["nothing", "gpus", "nouveau", "docker", "podman", "kubernetes", "apptainer", "lxc", "wsl"],
    )
    def test_why_there_is_no_driver(self, state: DriverState, cause: str, hint: str) -> None:
        result = judge("driver-present", Facts(driver=state), gpu_wanted=True)
        assert (result.status, result.summary) == ("fail", "no NVIDIA driver")
        assert cause in (result.cause or "")
        assert hint in (result.hint or "")

    def test_who_asks_for_no_gpu_needs_no_driver(self) -> None:
        result = judge("driver-present", Facts(driver=DriverState()))
        assert result.status == "skip"
        assert result.summary.startswith("no GPU is asked for, and the machine has neither")


class TestLoaded:
    def test_a_driver_that_works(self) -> None:
        result = judge("driver-loaded", here())
        assert result.status == "pass"
        assert result.summary == "the driver 535.104.05 is loaded and fits its library"
        assert result.measured["cuinit"] == 0

    def test_a_cuda_that_comes_to_no_answer_is_no_pass(self) -> None:
        hung = failed("cuda-driver", "did not end within 120 s and was stopped")
        facts = Facts(machine=machine(A100), driver=replace(LOADED, cuda_code=None), outcomes=(hung,))
        result = judge("driver-loaded", facts)
        assert (result.status, result.cause) == ("error", "did not end within 120 s and was stopped")

    def test_an_nvidia_smi_that_hangs_means_a_driver_that_does(self) -> None:
        state = DriverState(module="535.104.05", smi_exit=-9, smi_failure="hung", nodes=("/dev/nvidia0",))
        result = judge("driver-loaded", Facts(machine=machine(A100), driver=state))
        assert (result.status, "the driver hangs" in (result.hint or "")) == ("error", True)

    @pytest.mark.parametrize(
        ("container", "hint"),
        [("docker", "NVIDIA_DRIVER_CAPABILITIES=compute,utility"), (None, "libcuda1")],
    )
    def test_an_nvidia_smi_that_works_where_libcuda_is_missing(
        self, container: str | None, hint: str
    ) -> None:
        missing = done("cuda-driver", load_error="libcuda.so.1: cannot open shared object file")
        state = replace(LOADED, cuda_code=None, libcuda=None, container=container)
        result = judge("driver-loaded", Facts(machine=machine(A100), driver=state, outcomes=(missing,)))
        assert (result.status, result.cause) == ("fail", "libcuda.so.1: cannot open shared object file")
        assert hint in (result.hint or "")

    def test_only_the_machine_itself_can_say(self) -> None:
        result = judge("driver-loaded", Facts(machine=machine(A100)), live=False)
        assert (result.status, result.summary) == ("skip", "needs the environment on the machine itself")

    def test_where_there_is_none_none_is_loaded(self) -> None:
        result = judge("driver-loaded", Facts(driver=DriverState()), gpu_wanted=True)
        assert (result.status, result.summary) == ("skip", "there is no driver to load")

    @pytest.mark.parametrize(
        "state",
        [
            {
                "smi_exit": 9,
                "smi_message": "NVIDIA-SMI has failed because it couldn't communicate",
                "module": None,
            },
            {"smi_exit": None, "nvml_code": 9, "module": None},
        ],
        ids=["nvidia-smi", "nvml"],
    )
    def test_a_module_that_is_not_loaded(self, state: dict[str, Any]) -> None:
        result = judge("driver-loaded", here(**{"nvml_code": None, **state}))
        assert (result.status, result.summary) == ("fail", "the driver is not loaded")
        assert "sudo modprobe nvidia" in (result.hint or "")

    @pytest.mark.parametrize(
        "state",
        [
            {"smi_exit": 18, "nvml_code": 18, "library": "570.124.06"},
            {"smi_exit": 255, "nvml_code": None, "library": "570.124.06"},
            {"smi_exit": None, "nvml_code": 18, "library": None},
        ],
        ids=["nvml-says-so", "the-versions-differ", "no-version-known"],
    )
    def test_a_driver_that_was_upgraded_and_not_reloaded(self, state: dict[str, Any]) -> None:
        result = judge("driver-loaded", here(**state))
        assert result.status == "fail"
        library = state["library"] or "unknown"
        assert result.summary == (
            f"the loaded driver is not the installed one: module 535.104.05, library {library}"
        )
        assert "reboot" in (result.hint or "")

    def test_nvidia_smi_s_own_words_for_it_are_enough(self) -> None:
        message = "Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 570.124"
        result = judge("driver-loaded", here(smi_exit=18, smi_message=message, nvml_code=None))
        assert result.status == "fail"
        assert result.summary == "Failed to initialize NVML: Driver/library version mismatch"
        assert "the old kernel module is still loaded" in (result.cause or "")

    def test_the_newer_libcuda_of_a_compatibility_package_is_no_mismatch(self) -> None:
        facts = here(library="570.124.06", libcuda="/env/cuda-compat/libcuda.so.570.124.06")
        assert judge("driver-loaded", facts).status == "pass"

    def test_device_files_that_this_user_may_not_open(self) -> None:
        result = judge("driver-loaded", here(forbidden_nodes=("/dev/nvidia0", "/dev/nvidiactl"), smi_exit=4))
        assert (result.status, result.summary) == (
            "fail",
            "this user may not open /dev/nvidia0, /dev/nvidiactl",
        )
        assert "usermod -aG video" in (result.hint or "")

    def test_in_a_container_it_is_the_container_that_may_not(self) -> None:
        result = judge("driver-loaded", here(smi_exit=4, container="docker"))
        assert (result.status, result.summary) == ("fail", "this user may not open the GPU")
        assert "docker run --gpus all" in (result.hint or "")

    @pytest.mark.parametrize(
        ("code", "name", "hint"),
        [
            (3, "CUDA_ERROR_NOT_INITIALIZED", "uvm_disable_hmm=1"),
            (802, "CUDA_ERROR_SYSTEM_NOT_READY", "nvidia-fabricmanager"),
            (803, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH", "reboot"),
            (804, "CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE", "cuda-compat"),
            (999, "CUDA_ERROR_UNKNOWN", "uvm_disable_hmm=1"),
        ],
    )
    def test_cuda_that_does_not_start(self, code: int, name: str, hint: str) -> None:
        result = judge("driver-loaded", here(cuda_code=code))
        assert (result.status, result.summary) == (
            "fail",
            f"CUDA does not start: cuInit gives {name} ({code})",
        )
        assert hint in (result.hint or "")

    def test_cuda_that_does_not_start_without_nvidia_uvm(self) -> None:
        result = judge("driver-loaded", here(cuda_code=999, nodes=("/dev/nvidia0", "/dev/nvidiactl")))
        assert "there is no /dev/nvidia-uvm" in (result.cause or "")
        assert "nvidia-modprobe -u" in (result.hint or "")

    @pytest.mark.parametrize("code", [100, 34], ids=["no-device", "stub-library"])
    def test_what_is_no_fault_of_the_driver(self, code: int) -> None:
        assert judge("driver-loaded", here(cuda_code=code)).status == "pass"

    def test_a_code_that_nobody_knows_is_told(self) -> None:
        result = judge("driver-loaded", here(cuda_code=777))
        assert (result.status, result.summary) == ("fail", "CUDA does not start: cuInit gives error (777)")

    def test_a_driver_without_device_files(self) -> None:
        result = judge("driver-loaded", here(nodes=()))
        assert (result.status, result.summary) == ("fail", "the driver has no device files")
        assert result.hint == "sudo nvidia-modprobe -c 0 -u"

    def test_wsl_has_no_device_files_of_nvidia(self) -> None:
        assert judge("driver-loaded", here(nodes=(), wsl=True)).status == "pass"

    def test_a_driver_of_which_nothing_more_is_known_is_an_error(self) -> None:
        state = DriverState(smi_exit=255, smi_message="it ran for 30 s and was stopped")
        result = judge("driver-loaded", Facts(driver=state))
        assert (result.status, result.cause) == ("error", "it ran for 30 s and was stopped")

    def test_an_nvidia_smi_that_ends_well_and_prints_no_report_has_not_answered(self) -> None:
        state = DriverState(smi_exit=0, smi_message="module load cuda")
        result = judge("driver-loaded", Facts(driver=state))
        assert (result.status, result.cause) == ("error", "module load cuda")
        assert result.hint == "run nvidia-smi"
