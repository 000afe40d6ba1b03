"""What the pip packages of a lock or a prefix say of the frameworks in it."""

from __future__ import annotations

import pytest

from envctl.formats.archive_url import conda_package
from envctl.model.build import FrameworkBuild
from envctl.model.lock import LockedPackage, PlatformLock
from envctl.model.packages import PipPackage
from envctl.verify.build import from_packages


def build(*pins: str, platform: str = "linux-64", **fields: str) -> FrameworkBuild:
    """Of `NAME==VERSION`; the fields are the first package's."""
    packages = []
    for number, pin in enumerate(pins):
        name, _, version = pin.partition("==")
        package = PipPackage(name=name, version=version, **({} if number else fields))  # type: ignore[arg-type]
        packages.append(LockedPackage(package=package))
    (found,) = from_packages(PlatformLock(platform=platform, packages=tuple(packages)))
    return found


def test_the_local_version_names_the_cuda() -> None:
    found = build("torch==2.6.0+cu124", "nvidia-cudnn-cu12==9.1.0.70", "nvidia-nccl-cu12==2.21.5")
    assert found == FrameworkBuild(
        framework="torch",
        version="2.6.0+cu124",
        variant="cuda",
        cuda="12.4",
        cudnn="9.1.0.70",
        nccl="2.21.5",
        package="torch 2.6.0+cu124 (pip)",
        because="its version 2.6.0+cu124",
    )


@pytest.mark.parametrize(
    ("version", "variant"),
    [
        ("2.13.0+cpu", "cpu"),
        ("2.5.1+rocm6.2", "rocm"),
        ("2.8.0+xpu", "unknown"),
        ("2.1.0a0+b5021ba", "unknown"),
    ],
)
def test_the_local_version_names_another_build(version: str, variant: str) -> None:
    found = build(f"torch=={version}")
    assert (found.variant, found.cuda) == (variant, None)


@pytest.mark.parametrize(
    ("fields", "variant", "cuda"),
    [
        ({"index": "https://wheels.example/whl/cu118"}, "cuda", "11.8"),
        ({"index": "https://wheels.example/whl/nightly/cu130/"}, "cuda", "13.0"),
        ({"index": "https://wheels.example/whl/cpu"}, "cpu", None),
        ({"index": "https://wheels.example/whl/rocm6.2"}, "rocm", None),
        ({"url": "https://w.example/whl/torch-2.1.0%2Bcu118-cp310-cp310-linux_x86_64.whl"}, "cuda", "11.8"),
        ({"url": "git+https://git.example/torch@0f1e"}, "unknown", None),
    ],
)
def test_the_place_that_it_comes_from_names_the_build(
    fields: dict[str, str], variant: str, cuda: str | None
) -> None:
    found = build("torch==2.1.0", **fields)
    assert (found.variant, found.cuda) == (variant, cuda)


@pytest.mark.parametrize(
    ("beside", "cuda"),
    [
        ("nvidia-cuda-runtime-cu11==11.7.99", "11.7"),
        ("nvidia-cuda-runtime-cu12==12.4.127", "12.4"),
        ("nvidia-cuda-runtime==13.0.48", "13.0"),
        ("cuda-toolkit==13.0.2", "13.0"),
        ("nvidia-cublas-cu12==12.4.5.8", None),
    ],
)
def test_the_cuda_wheels_beside_it_name_the_cuda(beside: str, cuda: str | None) -> None:
    found = build("torch==2.6.0", beside)
    name, _, version = beside.partition("==")
    assert (found.variant, found.cuda, found.because) == ("cuda", cuda, f"{name} {version}")


def test_a_wheel_for_linux_that_lacks_its_cuda_wheels_is_not_guessed_at() -> None:
    assert build("torch==2.6.0").variant == "unknown"


def test_a_wheel_from_before_they_needed_others_is_pypis() -> None:
    found = build("torch==1.12.1")
    assert (found.variant, found.cuda) == ("cuda", None)


@pytest.mark.parametrize("platform", ["win-64", "osx-arm64", "osx-64"])
def test_pypi_has_cpu_builds_for_windows_and_macos(platform: str) -> None:
    assert build("torch==2.6.0", platform=platform).variant == "cpu"


@pytest.mark.parametrize(
    ("pin", "platform", "variant", "cuda", "cudnn"),
    [
        ("tensorflow==2.20.0", "linux-64", "cuda", "12.5", "9.3"),
        ("tensorflow==2.15.1", "linux-64", "cuda", "12.2", "8.9"),
        ("tensorflow==2.10.1", "linux-64", "cuda", "11.2", "8.1"),
        ("tensorflow==2.20.0", "linux-aarch64", "cpu", None, None),
        ("tensorflow==2.20.0", "osx-arm64", "cpu", None, None),
        ("tensorflow==2.10.1", "win-64", "cuda", "11.2", "8.1"),
        ("tensorflow==2.11.0", "win-64", "cpu", None, None),
        ("tensorflow==2.0.4", "linux-64", "cpu", None, None),
        ("tensorflow==1.14.0", "linux-64", "cpu", None, None),
        ("tensorflow-gpu==1.14.0", "linux-64", "cuda", None, None),
        ("tensorflow-cpu==2.20.0", "linux-64", "cpu", None, None),
        ("tf-nightly==2.22.0.dev20261101", "linux-64", "cuda", None, None),
    ],
)
def test_tensorflow_is_told_by_name_version_and_platform(
    pin: str, platform: str, variant: str, cuda: str | None, cudnn: str | None
) -> None:
    found = build(pin, platform=platform)
    assert (found.framework, found.variant, found.cuda, found.cudnn) == ("tensorflow", variant, cuda, cudnn)


def test_the_archs_of_a_published_wheel_are_in_the_table() -> None:
    found = build("tensorflow==2.20.0")
    assert found.archs == ("sm_60", "sm_70", "sm_80", "sm_89", "compute_90")


def test_pips_torch_counts_where_conda_has_one_too() -> None:
    conda = conda_package(
        "https://c.example/pytorch/linux-64/pytorch-2.5.1-py3.12_cuda11.8_cudnn9.1.0_0.conda"
    )
    pip = PipPackage(name="torch", version="2.6.0+cpu")
    packages = tuple(LockedPackage(package=package) for package in (conda, pip))
    (found,) = from_packages(PlatformLock(platform="linux-64", packages=packages))
    assert (found.version, found.variant) == ("2.6.0+cpu", "cpu")
    assert found.because == (
        "its version 2.6.0+cpu; pip installs it over "
        "pytorch 2.5.1 py3.12_cuda11.8_cudnn9.1.0_0 from pytorch (conda)"
    )
