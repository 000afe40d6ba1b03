"""What a specification says of the frameworks that will be installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from envctl.formats.environment_yaml_read import loads
from envctl.model.build import FrameworkBuild
from envctl.model.environment import Dependency, EnvironmentSpec
from envctl.templating.render import render
from envctl.verify.build import from_spec

ROOT = Path(__file__).parents[2]
SHIPPED = {
    "pytorch-cpu": ("torch", None, "cpu", None),
    "pytorch-cpu-2.0": ("torch", "2.0.1", "cpu", None),
    "pytorch-gpu-cu118": ("torch", "2.5.1", "cuda", "11.8"),
    "pytorch-gpu-cu121": ("torch", "2.5.1", "cuda", "12.1"),
    "pytorch-gpu-cu124": ("torch", "2.5.1", "cuda", "12.4"),
    "pytorch-gpu-cu126": ("torch", None, "cuda", "12.6"),
    "pytorch-gpu-cu128": ("torch", None, "cuda", "12.9"),
    "pytorch-gpu-cu130": ("torch", None, "cuda", "13.0"),
    "pytorch-inference": ("torch", "2.0.1", "cpu", None),
    "pytorch-inference-gpu": ("torch", "2.0.1", "cuda", "11.8"),
    "tf-gpu-2.12": ("tensorflow", "2.12.1", "cuda", "11.2"),
}


def spec(*conda: str, pip: tuple[str, ...] = ()) -> EnvironmentSpec:
    return EnvironmentSpec(
        dependencies=tuple(Dependency(text=text) for text in conda),
        pip=tuple(Dependency(text=text) for text in pip) or None,
    )


def build(*conda: str, pip: tuple[str, ...] = (), platform: str = "linux-64") -> FrameworkBuild:
    (found,) = from_spec(spec(*conda, pip=pip), virtual_packages={}, platform=platform)
    return found


def test_every_shipped_template_is_in_the_table() -> None:
    assert {file.stem for file in (ROOT / "templates").glob("*.yaml")} == set(SHIPPED)
    assert {file.stem for file in (ROOT / "envs").glob("*.yml")} == set(SHIPPED)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_template_says_what_it_is_built_for(name: str) -> None:
    rendered = render(name, search=(ROOT / "templates",))
    (found,) = from_spec(rendered.spec, virtual_packages=rendered.virtual_packages)
    assert (found.framework, found.version, found.variant, found.cuda) == SHIPPED[name]
    assert not found.exact
    assert found.cuda == rendered.verify.cuda


@pytest.mark.parametrize("name", SHIPPED)
def test_its_file_says_the_same(name: str) -> None:
    file = ROOT / "envs" / f"{name}.yml"
    (found,) = from_spec(loads(file.read_bytes(), file=file.name).spec, virtual_packages={})
    assert (found.framework, found.version, found.variant, found.cuda) == SHIPPED[name]


@pytest.mark.parametrize(
    ("specs", "version", "variant", "cuda", "because"),
    [
        (["pytorch=2.7.*=cuda126*"], "2.7", "cuda", "12.6", "its build pattern cuda126*"),
        (["pytorch>=2.7.0=cuda12*"], None, "cuda", None, "its build pattern cuda12*"),
        (
            ["pytorch=2.0.1=*cuda*", "pytorch-cuda=11.8"],
            "2.0.1",
            "cuda",
            "11.8",
            "its build pattern *cuda*, pytorch-cuda 11.8",
        ),
        (
            ["pytorch=*=cuda*", "cuda-version=12.6"],
            None,
            "cuda",
            "12.6",
            "its build pattern cuda*, cuda-version 12.6",
        ),
        (["pytorch", "pytorch-cuda=12.1"], None, "cuda", "12.1", "pytorch-cuda 12.1"),
        (["pytorch", "pytorch-cuda>12"], None, "cuda", None, "pytorch-cuda"),
        (["pytorch=1.9", "cudatoolkit=11.1"], "1.9", "cuda", "11.1", "cudatoolkit 11.1"),
        (["pytorch-gpu", "cuda-version 12.6.*"], None, "cuda", "12.6", "pytorch-gpu, cuda-version 12.6"),
        (["pytorch-cpu"], None, "cpu", None, "pytorch-cpu"),
        (["pytorch", "cpuonly"], None, "cpu", None, "cpuonly"),
        (["pytorch", "pytorch-mutex=1.0=cpu"], None, "cpu", None, "pytorch-mutex cpu"),
        (
            ["pytorch[version='2.5.1',build='*cuda12.4*']"],
            "2.5.1",
            "cuda",
            "12.4",
            "its build pattern *cuda12.4*",
        ),
        (
            ["https://c.example/pytorch/linux-64/pytorch-2.3.0-py3.11_cpu_0.tar.bz2"],
            "2.3.0",
            "cpu",
            None,
            "its build string py3.11_cpu_0",
        ),
        (["tensorflow-gpu==1.12.0"], "1.12.0", "cuda", None, "tensorflow-gpu 1.12.0"),
        (["tensorflow=2.12.1=cuda112*"], "2.12.1", "cuda", "11.2", "its build pattern cuda112*"),
    ],
)
def test_match_specs_say_as_much_as_they_fix(
    specs: list[str], version: str | None, variant: str, cuda: str | None, because: str
) -> None:
    found = build(*specs)
    assert (found.version, found.variant, found.cuda, found.because) == (version, variant, cuda, because)


def test_what_is_left_to_the_solver_is_unknown() -> None:
    found = build("pytorch=2.5")
    assert (found.variant, found.cuda, found.package) == ("unknown", None, "pytorch=2.5 (conda)")
    assert "the solver chooses, by the channels and the driver" in str(found.because)


def test_the_cuda_version_alone_asks_for_no_cuda_build() -> None:
    found = build("pytorch", "cuda-version=12.6")
    assert (found.variant, found.cuda) == ("unknown", None)
    assert "cuda-version says which CUDA, not whether any" in str(found.because)


def test_a_driver_that_is_asked_for_asks_for_no_cuda_build_either() -> None:
    (found,) = from_spec(spec("pytorch"), virtual_packages={"__cuda": ">=12.4"})
    assert found.variant == "unknown"
    assert "may take one for CUDA with __cuda >=12.4" in str(found.because)


@pytest.mark.parametrize(
    ("lines", "variant", "cuda"),
    [
        (("torch==2.6.0+cu124",), "cuda", "12.4"),
        (("torch==2.2.1+cpu",), "cpu", None),
        (("--index-url https://w.example/whl/cu124", "torch==2.6.0"), "cuda", "12.4"),
        (("--extra-index-url=https://w.example/whl/cu117", "torch"), "cuda", "11.7"),
        (("-f https://w.example/whl/cu117/torch_stable.html", "torch"), "cuda", "11.7"),
        (("-f https://w.example/whl/torch-2.2.1+cpu.html", "torch==2.8.0"), "cuda", "12.8"),
        (("torch @ https://w.example/whl/torch-2.1.0%2Bcu118-cp310-cp310-linux_x86_64.whl",), "cuda", "11.8"),
        (("torch==2.6.0",), "cuda", "12.4"),
        (("torch==2.11.0",), "cuda", "13.0"),
        (("torch>=2",), "cuda", None),
        (
            ('torch==2.6.0+cpu; sys_platform == "win32"', "torch==2.6.0 ; sys_platform == 'linux'"),
            "cuda",
            "12.4",
        ),
        (("tensorflow[and-cuda]==2.16.1",), "cuda", "12.3"),
        (("tensorflow-cpu",), "cpu", None),
    ],
)
def test_pip_lines_say_as_much_as_they_fix(lines: tuple[str, ...], variant: str, cuda: str | None) -> None:
    found = build("python", pip=lines)
    assert (found.variant, found.cuda) == (variant, cuda)


def test_a_selector_counts_on_its_platform() -> None:
    lines = b"dependencies:\n  - pytorch=2.1 *cuda120*  # [linux]\n  - pytorch=2.1  # [osx]\n"
    both = loads(lines, file="e.yml").spec
    assert [found.cuda for found in from_spec(both, virtual_packages={})] == ["12.0"]
    assert [found.variant for found in from_spec(both, virtual_packages={}, platform="osx-arm64")] == ["cpu"]


def test_other_packages_are_no_framework() -> None:
    assert from_spec(spec("pytorch-lightning", pip=("torchmetrics", "not a line")), virtual_packages={}) == ()
