"""torch comes as its CPU build."""

from __future__ import annotations

from pathlib import Path

import pytest

from envctl.channel import torch_cpu, wheel
from envctl.channel.interpreter import Interpreter
from envctl.errors import AbsentError, ExitCode

CUDA = ["nvidia-cudnn-cu13==9.1; platform_system == 'Linux'", "triton==3.7"]


def variant(path: Path, python: Interpreter) -> str:
    return torch_cpu.variant(wheel.read(path), python)


def test_the_local_version_is_the_variant(make_wheel, tmp_path: Path, python: Interpreter) -> None:
    assert variant(make_wheel(tmp_path, "torch", "2.13.0+cpu"), python) == "cpu"
    assert variant(make_wheel(tmp_path, "torch", "2.4.0+cpu.cxx11.abi"), python) == "cpu_cxx11_abi"
    assert variant(make_wheel(tmp_path, "torchvision", "0.28.0+cpu"), python) == "cpu"


def test_a_torch_that_needs_no_cuda_is_a_cpu_build(make_wheel, tmp_path: Path, python: Interpreter) -> None:
    assert variant(make_wheel(tmp_path, "torch", "2.13.0", requires=["numpy"]), python) == "cpu"
    elsewhere = [f"{line.split(';')[0]}; sys_platform == 'win32'" for line in CUDA]
    assert variant(make_wheel(tmp_path, "torch", "2.13.1", requires=elsewhere), python) == "cpu"


def test_other_packages_have_no_variant(make_wheel, tmp_path: Path, python: Interpreter) -> None:
    assert variant(make_wheel(tmp_path, "numpy", "2.0"), python) == ""


@pytest.mark.parametrize(("version", "requires"), [("2.13.0", CUDA), ("2.13.0+cu126", [])])
def test_a_cuda_build_is_refused_with_what_to_do(
    make_wheel, tmp_path: Path, python: Interpreter, version: str, requires: list[str]
) -> None:
    with pytest.raises(AbsentError) as caught:
        variant(make_wheel(tmp_path, "torch", version, requires=requires), python)
    assert (caught.value.code, caught.value.exit_code) == ("torch-cpu-absent", ExitCode.ABSENT)
    assert torch_cpu.CPU_INDEX in str(caught.value.hint)


@pytest.mark.parametrize(
    ("requirements", "wanted"),
    [
        (["torch==2.13.0"], True),
        (["Torchvision"], True),
        (["flask", "./torch.whl"], False),
        (["pytorch"], False),
    ],
)
def test_the_cpu_index_is_for_requests_that_name_torch(requirements: list[str], wanted: bool) -> None:
    assert torch_cpu.wanted(requirements) is wanted


def test_an_index_out_of_reach_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch_cpu, "CPU_INDEX", "https://127.0.0.1:9/whl")
    assert torch_cpu.index_in_reach() is False
