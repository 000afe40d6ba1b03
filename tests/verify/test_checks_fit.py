"""Whether driver, GPUs and build go together: what can be told before anything is run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from judged import A100, GTX_1080, LOADED, RTX_5090, T4, described, done, judge, machine, tensorflow, torch

from envctl.model.machine import ComputeCapability, Gpu
from envctl.model.report import CheckResult
from envctl.verify.checks.other_builds import TEMPLATES
from envctl.verify.facts import DriverState, Facts

SHIPPED = Path(__file__).parents[2] / "templates"
WHEEL = ("sm_50", "sm_60", "sm_70", "sm_75", "sm_80", "sm_86", "sm_90")


def on(*names: str, cuda: str = "12.1", packages: dict[str, str] | None = None, **more: Any) -> Facts:
    """A CUDA build of torch and the GPUs it is to run on."""
    return Facts(machine=machine(*names, **more), build=torch(cuda=cuda), packages=packages or {})


class TestDriver:
    def test_the_toolkit_s_own_driver(self) -> None:
        result = judge("driver-cuda", on(T4))
        assert (result.status, result.cause) == ("pass", None)
        assert result.measured["verdict"] == "matched"

    def test_an_older_driver_of_the_same_major_passes_with_its_limits_told(self) -> None:
        result = judge("driver-cuda", on(T4, cuda="12.6"), live=False)
        assert result.status == "pass"
        assert (
            result.summary
            == "driver 535.104.05 runs any CUDA 12, but was released before CUDA 12.6 (560.28.03)"
        )
        assert "error 222" in (result.cause or "")
        assert result.hint == "driver 560.28.03 or newer lifts the limits"

    def test_a_driver_that_is_too_old_with_what_would_do_instead(self) -> None:
        result = judge("driver-cuda", on(GTX_1080, driver="470.57.02", cuda="12.4"), live=False)
        assert result.status == "fail"
        assert result.summary == "CUDA 12.4 needs driver 525.60.13 or newer, and this is 470.57.02"
        assert result.hint == (
            "driver 525.60.13 or newer (550.54.14 without limits); "
            "or an environment for CUDA 11.8: envctl create pytorch-gpu-cu118"
        )

    def test_on_a_data_center_gpu_a_compatibility_package_would_do_too(self) -> None:
        result = judge("driver-cuda", on(T4, cuda="13.0"))
        assert result.status == "fail"
        assert "envctl create pytorch-gpu-cu128" in (result.hint or "")
        assert "or conda-forge's cuda-compat" in (result.hint or "")

    def test_no_template_helps_a_driver_of_long_ago(self) -> None:
        result = judge("driver-cuda", on(T4, driver="390.157", cuda="11.8"))
        assert result.status == "fail"
        assert "envctl create" not in (result.hint or "")

    def test_an_installed_compatibility_package_counts_where_the_driver_alone_is_too_old(self) -> None:
        compat = {"cuda-compat": "13.0.48 h0_0"}
        assert (
            judge("driver-cuda", on(T4, cuda="13.0", packages=compat)).measured["verdict"] == "forward-compat"
        )
        assert judge("driver-cuda", on(T4, cuda="12.1", packages=compat)).measured["verdict"] == "matched"

    def test_a_compatibility_package_is_refused_by_a_geforce(self) -> None:
        result = judge("driver-cuda", on(T4, GTX_1080, cuda="13.0", packages={"cuda-compat": "13.0.48 h0_0"}))
        assert (result.status, result.measured["verdict"]) == ("fail", "compat-unsupported")
        assert "804" in (result.cause or "")
        assert "remove it" in (result.hint or "")

    def test_the_libcuda_that_was_loaded_decides(self) -> None:
        state = DriverState(smi_exit=0, libcuda="/env/cuda-compat/libcuda.so.580.65.06")
        outcomes = (done("cuda-driver", version="13.0"),)
        facts = Facts(machine=machine(T4), driver=state, build=torch(cuda="13.0"), outcomes=outcomes)
        assert judge("driver-cuda", facts).measured["verdict"] == "forward-compat"

    def test_a_package_that_is_there_and_not_loaded_does_not_help(self) -> None:
        compat = {"cuda-compat": "12.8.1 h0_0"}
        facts = Facts(machine=machine(T4), driver=LOADED, build=torch(cuda="13.0"), packages=compat)
        result = judge("driver-cuda", facts)
        assert (result.status, result.measured["verdict"]) == ("fail", "too-old")
        assert "LD_LIBRARY_PATH=$CONDA_PREFIX/cuda-compat" in (result.hint or "")

    @pytest.mark.parametrize(("cuinit", "status"), [(0, "pass"), (None, "skip")])
    def test_on_a_gpu_of_which_nobody_knows_whether_it_takes_one_only_its_start_tells(
        self, cuinit: int | None, status: str
    ) -> None:
        state = DriverState(smi_exit=0, libcuda="/env/cuda-compat/libcuda.so.1", cuda_code=cuinit)
        outcomes = (done("cuda-driver", version="13.0"),)
        rtx = machine("NVIDIA RTX A6000")
        facts = Facts(machine=rtx, driver=state, build=torch(cuda="13.0"), outcomes=outcomes)
        assert judge("driver-cuda", facts).status == status

    def test_an_unknown_driver_of_a_described_machine_is_no_answer_for_who_asks_for_a_gpu(self) -> None:
        unsaid = replace(machine(T4), driver=None, cuda=None)
        facts = Facts(machine=unsaid, build=torch(cuda="12.1"))
        assert judge("driver-cuda", facts, gpu_wanted=True, live=False).status == "error"
        assert judge("driver-cuda", facts, live=False).status == "skip"

    def test_a_described_machine_may_say_the_cuda_version_alone(self) -> None:
        assert judge("driver-cuda", on(T4, driver=None, cuda="12.1")).status == "pass"
        assert judge("driver-cuda", on(T4, driver=None, cuda="12.4")).measured["verdict"] == "minor"
        assert judge("driver-cuda", on(T4, driver=None, cuda="13.0")).status == "fail"

    @pytest.mark.parametrize(
        ("facts", "why"),
        [
            (Facts(machine=machine(T4)), "no CUDA build"),
            (Facts(machine=machine(T4), build=torch(variant="cpu", cuda=None)), "no CUDA build"),
            (Facts(machine=machine(T4), build=torch(cuda=None)), "which CUDA version"),
            (Facts(build=torch()), "the driver's version is not known"),
            (Facts(machine=machine(T4, cuda=None), build=torch(cuda="99.0")), "99.0"),
        ],
        ids=["no-build", "cpu-build", "cuda-unknown", "no-driver", "unpublished"],
    )
    def test_what_cannot_be_judged_is_skipped_with_the_reason(self, facts: Facts, why: str) -> None:
        result = judge("driver-cuda", facts)
        assert result.status == "skip"
        assert why in result.summary


class TestArch:
    @staticmethod
    def judged(*names: str, archs: tuple[str, ...] | None = WHEEL, **more: Any) -> CheckResult:
        build = torch(
            **{"cuda": "12.1", "archs": archs, "archs_from": "the build itself" if archs else None, **more}
        )
        return judge("gpu-arch", Facts(machine=machine(*names), build=build))

    def test_machine_code(self) -> None:
        result = self.judged(A100)
        assert (result.status, result.summary) == ("pass", f"{A100} (8.0): runs sm_80")
        assert result.cause == "the archs are from the build itself"

    def test_the_driver_s_word_for_the_capability_goes_before_the_name(self) -> None:
        facts = described(name="NVIDIA Unheard Of", compute_capability=ComputeCapability(8, 9))
        result = judge("gpu-arch", Facts(machine=facts.machine, build=torch(archs=WHEEL)))
        assert (result.status, result.summary) == ("pass", "NVIDIA Unheard Of (8.9): runs sm_86")

    def test_no_code_with_the_template_that_has_it(self) -> None:
        result = self.judged(RTX_5090)
        assert result.status == "fail"
        assert result.summary == f"{RTX_5090} (12.0): the build has no code for it, only {' '.join(WHEEL)}"
        assert "209" in (result.cause or "")
        assert result.hint == "an environment for CUDA 12.9: envctl create pytorch-gpu-cu128"

    def test_a_gpu_that_is_too_old_is_served_by_the_newest_build_that_still_has_its_code(self) -> None:
        result = self.judged(GTX_1080, archs=("sm_75", "sm_80", "sm_120"), cuda="13.0")
        assert result.status == "fail"
        assert result.hint == "an environment for CUDA 12.9: envctl create pytorch-gpu-cu128"

    def test_a_gpu_that_no_template_serves(self) -> None:
        assert self.judged("Tesla K80").hint == "a build with code for compute capability 3.7"

    def test_ptx_alone_is_a_warning(self) -> None:
        result = self.judged(RTX_5090, archs=(*WHEEL, "compute_90"))
        assert result.status == "warn"
        assert "only compute_90 serves it, which the driver compiles at the first start" in result.summary

    def test_ptx_that_is_newer_than_the_driver_is_a_failure(self) -> None:
        result = self.judged(RTX_5090, archs=(*WHEEL, "compute_90"), cuda="12.6")
        assert result.status == "fail"
        assert "222" in (result.cause or "")
        assert "the driver of CUDA 12.6" in (result.hint or "")

    def test_the_worst_gpu_is_named(self) -> None:
        result = self.judged(A100, RTX_5090)
        assert result.status == "fail"
        assert result.summary.startswith(RTX_5090)
        assert result.measured["gpus"] == {f"{A100} (8.0)": "cubin", f"{RTX_5090} (12.0)": "none"}

    def test_where_the_archs_are_not_known_the_toolkit_may_say_enough(self) -> None:
        assert self.judged(GTX_1080, archs=None, cuda="13.0").status == "fail"
        new = self.judged(RTX_5090, archs=None, cuda="12.4", package="torch 2.6.0+cu124 (pip)")
        assert (new.status, new.summary) == (
            "fail",
            f"{RTX_5090} (12.0): CUDA 12.4 cannot compile for it yet",
        )

    def test_a_build_that_may_carry_ptx_is_only_warned_of(self) -> None:
        package = "pytorch 2.7.1 cuda126_mkl_py312 from conda-forge (conda)"
        build = torch(archs=None, cuda="12.6", package=package)
        new, old = machine(RTX_5090, driver="575.57.08"), machine(RTX_5090, driver="535.104.05")
        assert judge("gpu-arch", Facts(machine=new, build=build)).status == "warn"
        assert judge("gpu-arch", Facts(machine=new, build=tensorflow())).status == "warn"
        of_no_channel = torch(archs=None, cuda="12.6", package="pytorch=2.7=cuda126* (conda)")
        assert judge("gpu-arch", Facts(machine=new, build=of_no_channel)).status == "warn"
        # a driver older than the toolkit cannot compile its PTX
        assert judge("gpu-arch", Facts(machine=old, build=build)).status == "fail"

    @pytest.mark.parametrize(
        "package",
        [
            "torch 2.6.0+cu124 (pip)",
            "pytorch 2.5.1 py3.12_cuda12.4_cudnn9.1.0_0 from pytorch (conda)",
            "pytorch::pytorch=2.5.1=*cuda12.4* (conda)",
        ],
    )
    def test_pytorch_s_own_builds_carry_no_ptx(self, package: str) -> None:
        assert self.judged(RTX_5090, archs=None, cuda="12.4", package=package).status == "fail"

    def test_what_is_only_known_where_it_can_be_run_is_said_so(self) -> None:
        result = self.judged(A100, archs=None)
        assert result.status == "skip"
        assert "known only where it can be run" in result.summary

    def test_a_gpu_of_unknown_capability_is_not_judged(self) -> None:
        result = self.judged("NVIDIA Unheard Of")
        assert (result.status, result.summary) == (
            "skip",
            "NVIDIA Unheard Of: its compute capability is not known",
        )

    def test_who_asks_for_a_gpu_gets_no_all_clear_for_an_unknown_one(self) -> None:
        facts = Facts(machine=machine("Telsa T4"), build=torch())
        result = judge("gpu-arch", facts, live=False, gpu_wanted=True)
        assert result.status == "error"
        assert "compute_capability" in (result.hint or "")

    def test_no_build_or_no_gpu(self) -> None:
        assert judge("gpu-arch", Facts(machine=machine(A100))).status == "skip"
        assert judge("gpu-arch", Facts(machine=machine(), build=torch())).status == "skip"
        lost = machine(gpus=(Gpu(index=0, name=A100, lost="GPU is lost"),))
        assert (
            judge("gpu-arch", Facts(machine=lost, build=torch(archs=WHEEL), driver=LOADED)).status == "skip"
        )


@pytest.mark.parametrize(("cuda", "template"), TEMPLATES.items())
def test_the_templates_that_hints_name_are_shipped_and_for_that_cuda(cuda: str, template: str) -> None:
    described_by = yaml.safe_load((SHIPPED / f"{template}.yaml").read_text())
    assert described_by["verify"]["cuda"] == cuda
