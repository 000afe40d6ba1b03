"""Whether the framework can use the GPUs, and which of the known reasons it is if not."""

from __future__ import annotations

from typing import Any

import pytest
from judged import A100, LOADED, T4, done, failed, judge, machine, tensorflow, torch, unavailable

from envctl.model.report import CheckResult
from envctl.model.template import Expectations
from envctl.verify.facts import DriverState, Facts, Outcome

NO_DRIVER = "Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU"
SEEN = {"index": 0, "name": A100, "compute_capability": "8.0"}
WORKING = {"machine": machine(A100), "driver": LOADED}


def cuda(available: bool = False, message: str | None = None, **more: Any) -> Outcome:
    value = {
        "available": available,
        "device_count": int(available),
        "message": message,
        "warnings": [],
        **more,
    }
    return done("torch-cuda", **value)


def judged(outcome: Outcome, *, gpu_wanted: bool = True, **facts: Any) -> CheckResult:
    facts = {"build": torch(), "outcomes": (outcome,), **facts}
    return judge("cuda-available", Facts(**facts), gpu_wanted=gpu_wanted)


def test_torch_that_can_use_the_gpus_names_them() -> None:
    result = judged(cuda(True, devices=[SEEN]), **WORKING)
    assert (result.status, result.summary) == ("pass", f"torch can use 1 GPU: {A100}")
    assert result.measured == {"devices": [SEEN]}


def test_torch_that_names_no_gpu_has_none() -> None:
    assert judged(cuda(True, devices=[]), **WORKING).status == "fail"


def test_what_torch_warns_of_is_kept() -> None:
    result = judged(cuda(True, devices=[SEEN], warnings=["the GPU is old"]), **WORKING)
    assert (result.status, result.cause) == ("pass", "the GPU is old")


def test_a_cuda_build_without_a_driver_is_said_to_be_exactly_that() -> None:
    result = judged(cuda(message=NO_DRIVER), driver=DriverState())
    assert (result.status, result.summary) == ("fail", "CUDA build of torch, no driver here")
    assert result.cause == NO_DRIVER
    assert "docker run --gpus all" in (result.hint or "")


def test_where_no_gpu_is_asked_for_a_cuda_build_without_a_driver_is_no_failure() -> None:
    result = judged(cuda(message=NO_DRIVER), driver=DriverState(), gpu_wanted=False)
    assert (result.status, result.summary) == (
        "skip",
        "CUDA build of torch, no driver here; no GPU is asked for",
    )


def test_a_cpu_build() -> None:
    build, outcome = torch(variant="cpu", cuda=None), cuda(message="Torch not compiled with CUDA enabled")
    result = judged(outcome, build=build, **WORKING)
    assert result.status == "fail"
    assert result.summary.startswith("torch cannot use the GPU: this torch is a CPU build")
    assert "CONDA_OVERRIDE_CUDA" in (result.hint or "")
    result = judged(outcome, build=build, gpu_wanted=False, **WORKING)
    assert (result.status, result.summary) == ("skip", "a CPU build of torch, and no GPU is asked for")


@pytest.mark.parametrize(
    ("message", "said", "hint"),
    [
        ("The NVIDIA driver on your system is too old (found version 11040).", "older than", "newer driver"),
        ("CUDA driver initialization failed, you might not have a CUDA gpu.", "HMM", "uvm_disable_hmm=1"),
        ("Error 802: system not yet initialized", "fabric manager", "nvidia-fabricmanager"),
        ("Error 804: forward compatibility was attempted on non supported HW", "(804)", "cuda-compat"),
        ("CUDA error: no kernel image is available for execution on the device", "(209)", "arch list"),
        ("No CUDA GPUs are available", "(100)", "CUDA_VISIBLE_DEVICES"),
    ],
)
def test_a_known_reason_is_named(message: str, said: str, hint: str) -> None:
    result = judged(cuda(message=message), **WORKING)
    assert (result.status, result.cause) == ("fail", message)
    assert said in result.summary
    assert hint in (result.hint or "")


def test_the_reason_may_stand_in_a_warning() -> None:
    warning = "CUDA initialization: CUDA unknown error - this may be due to an incorrectly set up environment"
    state = DriverState(smi_exit=0, nodes=("/dev/nvidia0",))
    result = judged(cuda(warnings=[warning]), machine=machine(A100), driver=state)
    assert result.status == "fail"
    assert "/dev/nvidia-uvm" in result.summary


def test_cuda_that_is_available_and_fails_at_first_use_is_not_available() -> None:
    result = judged(cuda(True, message="CUDA error: uncorrectable ECC error encountered"), **WORKING)
    assert result.status == "fail"
    assert "(214)" in result.summary


def test_an_unknown_reason_is_told_as_it_is() -> None:
    result = judged(cuda(message="something new"), **WORKING)
    assert (result.status, result.summary, result.cause) == (
        "fail",
        "torch cannot use the GPU",
        "something new",
    )
    assert "dmesg" in (result.hint or "")


def test_a_gpu_that_is_there_and_cannot_be_used_is_a_warning_where_none_is_asked_for() -> None:
    result = judged(cuda(message="Error 802: system not yet initialized"), gpu_wanted=False, **WORKING)
    assert result.status == "warn"


def test_a_gpu_that_is_hidden_on_purpose_is_no_warning() -> None:
    message = "No CUDA GPUs are available"
    assert judged(cuda(message=message), gpu_wanted=False, visible_devices="", **WORKING).status == "skip"


def test_a_probe_that_died_is_an_error_with_what_is_known_of_it() -> None:
    result = judged(failed("torch-cuda", "CUDA error: unspecified launch failure"), **WORKING)
    assert (result.status, result.summary) == ("error", "torch-cuda came to no result")
    assert (result.cause or "").startswith("a kernel failed (719)")
    assert "CUDA_LAUNCH_BLOCKING" in (result.hint or "")


def test_it_takes_the_environment_on_the_machine_and_torch_in_it() -> None:
    assert judge("cuda-available", Facts(build=torch()), live=False).status == "skip"
    assert judge("cuda-available", Facts(build=tensorflow())).summary == "torch is not in this environment"


class TestTensorflow:
    MISSING = (
        {"name": "libcudart.so.12", "loaded": True, "error": None},
        {"name": "libcudnn.so.9", "loaded": False, "error": "libcudnn.so.9: cannot open shared object file"},
    )
    DLOPEN = "Cannot dlopen some GPU libraries. Skipping registering GPU devices..."

    @classmethod
    def facts(cls, libraries: tuple[dict[str, Any], ...], **gpu: Any) -> Facts:
        outcomes = (
            done("tensorflow-libraries", libraries=list(libraries)),
            done("tensorflow-gpu", **{"devices": [], "messages": [], **gpu}),
        )
        return Facts(build=tensorflow(), outcomes=outcomes, **WORKING)

    def test_each_library_that_cannot_be_loaded_is_named(self) -> None:
        result = judge("tensorflow-libraries", self.facts(self.MISSING), gpu_wanted=True)
        assert (result.status, result.summary) == ("fail", "cannot be loaded: libcudnn.so.9")
        assert result.cause == "libcudnn.so.9: libcudnn.so.9: cannot open shared object file"
        assert "tensorflow[and-cuda]" in (result.hint or "")

    def test_the_same_where_only_a_cuda_version_is_expected(self) -> None:
        expected = Expectations(cuda="12.5")
        assert judge("tensorflow-libraries", self.facts(self.MISSING), expectations=expected).status == "fail"

    def test_who_asks_for_no_gpu_needs_none_of_them(self) -> None:
        result = judge("tensorflow-libraries", self.facts(self.MISSING))
        assert (result.status, result.summary) == (
            "skip",
            "no GPU is asked for; cannot be loaded: libcudnn.so.9",
        )

    def test_all_load(self) -> None:
        result = judge("tensorflow-libraries", self.facts(self.MISSING[:1]), gpu_wanted=True)
        assert (result.status, result.summary) == ("pass", "all 1 CUDA libraries load")

    def test_a_cpu_build_needs_none(self) -> None:
        assert judge("tensorflow-libraries", self.facts(()), gpu_wanted=True).status == "skip"
        outcome = unavailable("tensorflow-libraries", "a CPU build")
        facts = Facts(build=tensorflow(variant="cpu"), outcomes=(outcome,))
        assert judge("tensorflow-libraries", facts).summary == "a CPU build"

    def test_gpus_that_it_can_use(self) -> None:
        result = judge("tensorflow-gpu", self.facts((), devices=[{"name": T4}]))
        assert (result.status, result.summary) == ("pass", f"tensorflow can use 1 GPU: {T4}")

    def test_libraries_that_it_does_not_name_are_looked_up(self) -> None:
        result = judge("tensorflow-gpu", self.facts(self.MISSING, messages=[self.DLOPEN]), gpu_wanted=True)
        assert result.status == "fail"
        assert result.summary.startswith(
            "tensorflow cannot use the GPU: TensorFlow cannot load a CUDA library"
        )
        assert "tensorflow-libraries" in (result.hint or "")

    def test_no_driver(self) -> None:
        outcome = done("tensorflow-gpu", devices=[], messages=["Could not find cuda drivers on your machine"])
        facts = Facts(build=tensorflow(), outcomes=(outcome,), driver=DriverState())
        result = judge("tensorflow-gpu", facts, gpu_wanted=True)
        assert (result.status, result.summary) == ("fail", "CUDA build of tensorflow, no driver here")
        assert judge("tensorflow-gpu", facts).status == "skip"

    def test_it_takes_tensorflow(self) -> None:
        for check in ("tensorflow-gpu", "tensorflow-libraries"):
            assert judge(check, Facts(build=torch())).summary == "tensorflow is not in this environment"
