"""What a framework says of itself, over what its packages said; and the packages that matter."""

from __future__ import annotations

from typing import Any

from envctl.formats.archive_url import conda_package
from envctl.model.build import FrameworkBuild
from envctl.model.lock import LockedPackage, PlatformLock
from envctl.model.packages import PipPackage
from envctl.verify.build import completed, installed, matter

PACKAGED = FrameworkBuild(
    framework="torch",
    version="2.5.1",
    variant="cuda",
    cuda="12.4",
    cudnn="9.1.0.70",
    nccl="2.21.5",
    package="torch 2.5.1 (pip)",
    because="nvidia-cuda-runtime-cu12 12.4.127",
)


def torch(**fields: Any) -> dict[str, Any]:
    value = {"version": "2.5.1+cu124", "file": "/env/torch/__init__.py", "cuda": "12.4", "hip": None}
    return {**value, "cudnn": "9.1.0", "nccl": None, "archs": ["sm_80", "sm_90"], **fields}


def test_what_torch_says_takes_the_place_of_what_the_packages_said() -> None:
    assert completed(PACKAGED, torch()) == FrameworkBuild(
        framework="torch",
        version="2.5.1+cu124",
        variant="cuda",
        cuda="12.4",
        cudnn="9.1.0",
        nccl="2.21.5",
        archs=("sm_80", "sm_90"),
        archs_from="the build itself",
        package="torch 2.5.1 (pip)",
        because="torch itself",
    )


def test_a_specification_becomes_exact_when_it_has_run() -> None:
    asked = FrameworkBuild(framework="torch", variant="unknown", package="pytorch (conda)", exact=False)
    found = completed(asked, torch(cuda=None, version="2.5.1", archs=[]))
    assert (found.variant, found.archs, found.exact, found.because) == ("cpu", (), True, "torch itself")


def test_another_torch_than_the_recorded_one_is_told() -> None:
    found = completed(
        PACKAGED, torch(version="2.6.0+cpu", cuda=None, cudnn=None, archs=[], file="/home/x/torch.py")
    )
    assert (found.version, found.variant, found.cuda, found.nccl) == ("2.6.0+cpu", "cpu", None, None)
    assert found.because == (
        "torch itself, imported from /home/x/torch.py; torch 2.5.1 (pip) is 2.5.1, cuda 12.4"
    )


def test_what_builds_add_to_a_version_makes_no_other_torch() -> None:
    assert completed(PACKAGED, torch(version="2.5.1.post303")).because == "torch itself"


def test_archs_that_torch_cannot_tell_stay_as_the_table_has_them() -> None:
    known = FrameworkBuild(
        framework="torch",
        version="2.5.1",
        variant="cuda",
        cuda="12.4",
        archs=("sm_80",),
        archs_from="a table",
    )
    found = completed(known, torch(archs=[]))
    assert (found.archs, found.archs_from) == (("sm_80",), "a table")
    assert completed(None, torch(archs=[])).archs is None


def test_a_rocm_build_is_one() -> None:
    assert completed(None, torch(cuda=None, hip="6.2", archs=[])).variant == "rocm"


def test_a_torch_without_a_package_is_known_from_itself_alone() -> None:
    found = completed(None, torch())
    assert (found.framework, found.version, found.package, found.because) == (
        "torch",
        "2.5.1+cu124",
        None,
        "torch itself",
    )


def test_tensorflow_is_told_by_its_own_build_information() -> None:
    packaged = FrameworkBuild(
        framework="tensorflow",
        version="2.20.0",
        variant="cuda",
        cuda="12.5",
        cudnn="9.3",
        package="p",
        because="b",
    )
    value = {
        "version": "2.20.0",
        "file": "f",
        "cuda": "12.5.1",
        "cudnn": "9",
        "archs": ["sm_60"],
        "cuda_build": True,
    }
    found = completed(packaged, value)
    assert (found.cuda, found.cudnn, found.archs, found.because) == (
        "12.5.1",
        "9",
        ("sm_60",),
        "tensorflow itself",
    )


def test_the_packages_that_matter_are_named_with_their_builds() -> None:
    conda = ("mkl-2024.1.0-h657521f_691", "cuda-version-12.4-h3060b56_3", "flask-2.3.3-pyhd8ed1ab_0")
    packages = [conda_package(f"https://c.example/forge/linux-64/{name}.conda") for name in conda]
    pip = [PipPackage(name="nvidia-nccl-cu12", version="2.21.5"), PipPackage(name="click", version="8.1")]
    part = PlatformLock(
        platform="linux-64", packages=tuple(LockedPackage(package=package) for package in (*packages, *pip))
    )
    assert matter(installed(part)) == {
        "cuda-version": "12.4 h3060b56_3",
        "mkl": "2024.1.0 h657521f_691",
        "nvidia-nccl-cu12": "2.21.5",
    }


def test_of_two_numpys_pips_counts() -> None:
    conda = conda_package("https://c.example/forge/linux-64/numpy-1.26.4-py312h1_0.conda")
    packages = (conda, PipPackage(name="numpy", version="2.2.0"))
    part = PlatformLock(
        platform="linux-64", packages=tuple(LockedPackage(package=package) for package in packages)
    )
    assert matter(installed(part)) == {"numpy": "2.2.0"}
