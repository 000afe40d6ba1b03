"""Whether the framework imports and is the build that was asked for."""

from __future__ import annotations

import pytest
from judged import done, failed, judge, machine, tensorflow, torch, unavailable

from envctl.model.template import Expectations
from envctl.verify.facts import Facts

GPU_118 = Expectations(cuda="11.8", gpu=True)
CPU = Expectations(imports=("torch",))


class TestImport:
    def test_a_framework_that_imports_is_told_with_its_version(self) -> None:
        facts = Facts(build=torch(), outcomes=(done("torch-import", version="2.5.1", threads=8),))
        result = judge("framework-import", facts)
        assert (result.status, result.summary) == ("pass", "torch 2.5.1 imports")
        assert result.measured["threads"] == 8

    def test_an_import_that_fails_for_a_known_reason_is_explained(self) -> None:
        text = 'ImportError: libtorch_cpu.so: undefined symbol: iJIT_NotifyEvent\n  File "torch/__init__.py"'
        result = judge("framework-import", Facts(build=torch(), outcomes=(failed("torch-import", text),)))
        assert result.status == "fail"
        assert result.summary.startswith("torch does not import: MKL 2024.1 and newer")
        assert (result.cause, result.hint) == (text, "mkl <2024.1 among the dependencies")

    def test_an_import_that_fails_for_another_reason_is_a_failure_too(self) -> None:
        outcome = failed("tensorflow-import", "ModuleNotFoundError: No module named 'tensorflow'")
        result = judge("framework-import", Facts(build=tensorflow(), outcomes=(outcome,)))
        assert (result.status, result.summary) == ("fail", "tensorflow does not import")
        assert "envctl check --files" in (result.hint or "")

    @pytest.mark.parametrize("cause", ["killed by SIGSEGV", "did not end within 30 s and was stopped"])
    def test_an_import_that_came_to_no_end_is_an_error(self, cause: str) -> None:
        result = judge("framework-import", Facts(build=torch(), outcomes=(failed("torch-import", cause),)))
        assert (result.status, result.cause) == ("error", cause)

    def test_an_environment_without_a_framework(self) -> None:
        assert judge("framework-import", Facts()).status == "skip"

    def test_an_environment_that_cannot_be_run(self) -> None:
        result = judge("framework-import", Facts(build=torch()), live=False)
        assert (result.status, result.summary) == ("skip", "needs the environment on the machine itself")

    def test_a_probe_that_was_not_run(self) -> None:
        assert judge("framework-import", Facts(build=torch())).summary == "torch-import was not run"

    def test_a_probe_without_an_object(self) -> None:
        outcome = unavailable("torch-import", "torch is a stub")
        result = judge("framework-import", Facts(build=torch(), outcomes=(outcome,)))
        assert (result.status, result.summary) == ("skip", "torch is a stub")


class TestBuild:
    def test_the_cuda_that_is_expected(self) -> None:
        facts = Facts(
            build=torch(cuda="11.8", package="pytorch 2.5.1 py3.12_cuda11.8", because="its build string")
        )
        result = judge("framework-build", facts, expectations=GPU_118, expected=True, gpu_wanted=True)
        assert (result.status, result.summary) == ("pass", "torch 2.5.1 is built for CUDA 11.8")
        assert result.cause == "pytorch 2.5.1 py3.12_cuda11.8; told by its build string"

    def test_a_patch_version_is_no_difference(self) -> None:
        expected = Expectations(cuda="12.5")
        assert (
            judge("framework-build", Facts(build=tensorflow(cuda="12.5.1")), expectations=expected).status
            == "pass"
        )

    def test_another_cuda_than_expected(self) -> None:
        result = judge("framework-build", Facts(build=torch()), expectations=GPU_118, gpu_wanted=True)
        assert (result.status, result.summary) == (
            "fail",
            "torch 2.5.1 is built for CUDA 12.1, and 11.8 is expected",
        )
        assert "--cuda 11.8" in (result.hint or "")

    def test_a_cpu_build_where_cuda_is_expected_says_where_it_came_from_and_how_to_get_the_other(
        self,
    ) -> None:
        build = torch(
            variant="cpu", cuda=None, package="pytorch 2.5.1 py3.12_cpu_0", because="its build string"
        )
        result = judge("framework-build", Facts(build=build), expectations=GPU_118, gpu_wanted=True)
        assert result.status == "fail"
        assert result.summary == "torch 2.5.1 is a CPU build, and one for CUDA 11.8 is asked for"
        assert "py3.12_cpu_0" in (result.cause or "")
        assert "CONDA_OVERRIDE_CUDA=11.8" in (result.hint or "")
        assert "pytorch=*=*cuda*" in (result.hint or "")
        assert "cu118" in (result.hint or "")

    def test_a_cpu_build_where_a_gpu_is_asked_for_is_to_be_one_for_the_driver_s_cuda(self) -> None:
        facts = Facts(build=tensorflow(variant="cpu", cuda=None), machine=machine())
        result = judge("framework-build", facts, gpu_wanted=True)
        assert (result.status, result.summary) == (
            "fail",
            "tensorflow 2.20.0 is a CPU build, and one for CUDA is asked for",
        )
        assert "--cuda 12.2" in (result.hint or "")
        assert "tensorflow[and-cuda]" in (result.hint or "")

    def test_a_build_for_amd(self) -> None:
        result = judge("framework-build", Facts(build=torch(variant="rocm", cuda=None)), gpu_wanted=True)
        assert (result.status, result.summary) == (
            "fail",
            "torch 2.5.1 is a ROCm build, for AMD's GPUs, and one for CUDA is asked for",
        )

    def test_a_cpu_build_where_no_gpu_is_asked_for(self) -> None:
        result = judge("framework-build", Facts(build=torch(variant="cpu", cuda=None)), expectations=CPU)
        assert (result.status, result.summary) == ("pass", "torch 2.5.1 is a CPU build")

    def test_a_cuda_build_where_a_cpu_build_is_expected_is_a_warning(self) -> None:
        result = judge("framework-build", Facts(build=torch()), expectations=CPU, expected=True)
        assert (result.status, result.summary) == (
            "warn",
            "torch 2.5.1 is built for CUDA 12.1, where a CPU build is expected",
        )
        assert judge("framework-build", Facts(build=torch())).status == "pass"

    def test_what_a_specification_leaves_open_is_no_answer_for_who_asks_for_cuda(self) -> None:
        build = torch(
            variant="unknown", cuda=None, exact=False, because="pytorch 2.5.*, which the solver decides"
        )
        result = judge("framework-build", Facts(build=build), expectations=GPU_118, live=False)
        assert (result.status, "cuda" in (result.hint or "")) == ("error", True)
        assert "which the solver decides" in result.summary
        assert judge("framework-build", Facts(build=build), live=False).status == "skip"

    def test_a_cuda_build_of_an_unknown_version_is_not_judged_against_one(self) -> None:
        facts = Facts(build=torch(cuda=None))
        assert judge("framework-build", facts, expectations=GPU_118).status == "skip"
        assert judge("framework-build", facts, gpu_wanted=True).status == "pass"

    def test_no_framework(self) -> None:
        assert judge("framework-build", Facts(), gpu_wanted=True).status == "error"
        assert judge("framework-build", Facts()).status == "skip"


class TestImportForADescribedMachine:
    def test_a_framework_that_does_not_import_here_does_not_there(self) -> None:
        facts = Facts(build=torch(), outcomes=(failed("torch-import", "ImportError: libtorch.so"),))
        assert judge("framework-import", facts, live=False).status == "fail"

    def test_an_environment_that_cannot_run_here_may_run_there(self) -> None:
        facts = Facts(build=torch(), outcomes=(failed("torch-import", "there is no program bin/python"),))
        result = judge("framework-import", facts, live=False)
        assert (result.status, "no program bin/python" in result.summary) == ("skip", True)


class TestImports:
    TWO = Expectations(imports=("torch", "numpy"))

    def test_all_import(self) -> None:
        outcomes = (done("import:torch", version="2.5.1"), done("import:numpy", version=None))
        result = judge("imports", Facts(outcomes=outcomes), expectations=self.TWO)
        assert (result.status, result.summary) == ("pass", "torch 2.5.1, numpy")

    def test_one_does_not(self) -> None:
        outcomes = (done("import:torch"), failed("import:numpy", "AttributeError: _ARRAY_API not found"))
        result = judge("imports", Facts(outcomes=outcomes), expectations=self.TWO)
        assert (result.status, result.summary) == ("fail", "numpy does not import")
        assert "numpy <2" in (result.hint or "")
        assert result.cause == "numpy: AttributeError: _ARRAY_API not found"

    def test_one_that_hangs_or_dies_is_not_known_to_be_broken(self) -> None:
        outcomes = (done("import:torch"), failed("import:numpy", "did not end within 120 s and was stopped"))
        result = judge("imports", Facts(outcomes=outcomes), expectations=self.TWO)
        assert (result.status, result.summary) == ("error", "numpy could not be tried")

    def test_one_was_not_tried(self) -> None:
        result = judge("imports", Facts(outcomes=(done("import:torch"),)), expectations=self.TWO)
        assert (result.status, result.summary) == ("error", "not tried: numpy")

    def test_none_is_named_or_none_can_be_tried(self) -> None:
        assert judge("imports", Facts()).status == "skip"
        assert judge("imports", Facts(), expectations=self.TWO, live=False).status == "skip"


class TestVariables:
    def test_a_variable_that_was_taken_away_is_named_with_what_it_does(self) -> None:
        removed = {"LD_PRELOAD": "/lib/x.so", "NVIDIA_TF32_OVERRIDE": "0"}
        result = judge("variables", Facts(removed=removed))
        assert result.status == "warn"
        assert (
            result.summary == "judged without LD_PRELOAD, NVIDIA_TF32_OVERRIDE, which your own programs get"
        )
        assert "NVIDIA_TF32_OVERRIDE=0: TF32 is switched off" in (result.cause or "")
        assert result.hint == "unset LD_PRELOAD NVIDIA_TF32_OVERRIDE"

    def test_none_was(self) -> None:
        assert judge("variables", Facts()).status == "skip"
        assert judge("variables", Facts(removed={"LD_PRELOAD": "x"}), live=False).status == "skip"
