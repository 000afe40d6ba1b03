"""What the conda packages of a lock or a prefix say of the frameworks in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from envctl.formats.archive_url import conda_package
from envctl.formats.reading import read
from envctl.model.build import FrameworkBuild
from envctl.model.lock import LockedPackage, PlatformLock
from envctl.verify.build import from_packages

LOCKS = Path(__file__).parents[2].parent / "shared" / "data" / "environments"


def lock(*names: str, platform: str = "linux-64", needs: tuple[str, ...] = ()) -> PlatformLock:
    """Of `CHANNEL/NAME-VERSION-BUILD`; the first package depends on `needs`."""
    packages = []
    for number, text in enumerate(names):
        channel, _, name = text.rpartition("/")
        url = f"https://c.example/{channel or 'conda-forge'}/{platform}/{name}.conda"
        packages.append(LockedPackage(package=conda_package(url, depends=() if number else needs)))
    return PlatformLock(platform=platform, packages=tuple(packages))


def build(*names: str, platform: str = "linux-64", needs: tuple[str, ...] = ()) -> FrameworkBuild:
    (found,) = from_packages(lock(*names, platform=platform, needs=needs))
    return found


def test_the_pytorch_channel_has_cuda_and_cudnn_in_the_build_string() -> None:
    found = build(
        "pytorch/pytorch-2.5.1-py3.12_cuda11.8_cudnn9.1.0_0", "pytorch/pytorch-cuda-11.8-h7e8668a_6"
    )
    assert found == FrameworkBuild(
        framework="torch",
        version="2.5.1",
        variant="cuda",
        cuda="11.8",
        cudnn="9.1.0",
        package="pytorch 2.5.1 py3.12_cuda11.8_cudnn9.1.0_0 from pytorch (conda)",
        because="its build string py3.12_cuda11.8_cudnn9.1.0_0",
    )


def test_conda_forge_has_cudnn_and_nccl_in_packages_of_their_own() -> None:
    found = build(
        "pytorch-2.7.1-cuda126_mkl_py312_h30b5a27_300",
        "cuda-version-12.9-h4f385c5_3",
        "cudnn-9.10.2.21-hbcb9cd8_0",
        "nccl-2.27.7.1-h49b9d9a_2",
    )
    assert (found.variant, found.cuda, found.cudnn, found.nccl) == ("cuda", "12.6", "9.10.2.21", "2.27.7.1")


def test_a_cpu_build_has_no_cudnn_even_where_the_package_is_there() -> None:
    found = build("pytorch-2.7.1-cpu_mkl_py311_h7bde0a3_103", "cudnn-9.10.2.21-hbcb9cd8_0")
    assert (found.variant, found.cuda, found.cudnn, found.archs) == ("cpu", None, None, None)


@pytest.mark.parametrize(
    ("beside", "variant", "cuda", "because"),
    [
        ("libtorch-2.1.2-cuda120_he0d6596_304", "cuda", "12.0", "libtorch cuda120_he0d6596_304"),
        ("libtorch-2.1.2-cpu_generic_hb268e10_4", "cpu", None, "libtorch cpu_generic_hb268e10_4"),
        ("pytorch-mutex-1.0-cpu", "cpu", None, "pytorch-mutex cpu"),
        ("cpuonly-2.0-0", "cpu", None, "cpuonly 2.0"),
        ("pytorch-cuda-12.4-hc786d27_7", "cuda", "12.4", "pytorch-cuda 12.4"),
        ("cudatoolkit-11.3.1-h2bc3f7f_2", "cuda", "11.3", "cudatoolkit 11.3.1"),
        (
            "numpy-1.26.4-py310h1_0",
            "unknown",
            None,
            "neither its build string py310_1 nor a package beside it says",
        ),
    ],
)
def test_a_companion_tells_what_the_build_string_does_not(
    beside: str, variant: str, cuda: str | None, because: str
) -> None:
    found = build("pytorch-2.1.2-py310_1", beside)
    assert (found.variant, found.cuda, found.because) == (variant, cuda, because)


def test_the_mutex_says_that_it_is_cuda_and_the_libraries_say_which() -> None:
    found = build("pytorch-2.1.2-py310_1", "pytorch-mutex-1.0-cuda", "cuda-cudart-12.1.105-0")
    assert (found.variant, found.cuda, found.because) == (
        "cuda",
        "12.1",
        "pytorch-mutex cuda, cuda-cudart 12.1.105",
    )


def test_a_build_that_depends_on_a_driver_is_a_cuda_build() -> None:
    found = build("pytorch-2.1.2-py310_1", needs=("python", "__cuda"))
    assert (found.variant, found.because) == ("cuda", "its dependency on __cuda")


def test_a_build_for_macos_is_a_cpu_build() -> None:
    found = build("pytorch/pytorch-2.2.2-py3.11_0", platform="osx-arm64")
    assert (found.variant, found.because) == ("cpu", "macOS, which has no CUDA")


@pytest.mark.parametrize(
    ("packages", "variant", "cuda"),
    [
        (["tensorflow-2.15.0-cuda120py311h5cbd639_3"], "cuda", "12.0"),
        (["tensorflow-2.4.1-gpu_py39h8236f22_0", "cudatoolkit-10.1.243-h6bb024c_0"], "cuda", "10.1"),
        (["tensorflow-2.9.1-mkl_py39hb9fcb14_0"], "cpu", None),
        (["tensorflow-2.9.1-eigen_py39h1b06ff4_0"], "cpu", None),
        (["tensorflow-2.17.0-cpu_py312h69ecde4_2"], "cpu", None),
        (["tensorflow-1.14.0-py37_0", "tensorflow-base-1.14.0-gpu_py37he45bfe2_0"], "cuda", None),
        (["tensorflow-1.14.0-py37_0", "_tflow_select-2.3.0-mkl"], "cpu", None),
        (["tensorflow-1.3.0-0", "tensorflow-gpu-base-1.3.0-py35cuda8.0cudnn6.0_1"], "cuda", "8.0"),
        (["tensorflow-gpu-1.3.0-0", "cudatoolkit-8.0-3"], "cuda", "8.0"),
    ],
)
def test_tensorflow_is_told_as_torch_is(packages: list[str], variant: str, cuda: str | None) -> None:
    found = build(*packages)
    assert (found.framework, found.variant, found.cuda) == ("tensorflow", variant, cuda)


def test_the_archs_come_from_the_table_where_it_names_this_very_build() -> None:
    forge = build("pytorch-2.13.0-cuda130_mkl_py312_h30b5a27_300")
    assert forge.archs is not None
    assert forge.archs[0] == "sm_75"
    assert forge.archs_from is not None
    assert "conda-forge" in forge.archs_from
    elsewhere = build("mine/pytorch-2.13.0-cuda130_mkl_py312_h30b5a27_300")
    assert (elsewhere.archs, elsewhere.archs_from) == (None, None)


def test_an_environment_may_have_both_torch_first() -> None:
    both = from_packages(
        lock("tensorflow-2.15.0-cuda120py311h5cbd639_3", "pytorch-2.7.1-cpu_mkl_py311_h7bde0a3_103")
    )
    assert [(found.framework, found.variant) for found in both] == [("torch", "cpu"), ("tensorflow", "cuda")]


def test_an_environment_may_have_none() -> None:
    assert from_packages(lock("numpy-1.26.4-py310h1_0", "pytorch-lightning-2.2.4-pyhd8ed1ab_0")) == ()


@pytest.mark.skipif(not LOCKS.exists(), reason="the collected locks are not here")
@pytest.mark.parametrize(
    ("file", "platform", "expected"),
    [
        ("conda-lock/AlexsLemonade*", "linux-64", ("torch", "2.5.1", "cuda", "12.4", "9.1.0")),
        ("conda-lock/AlexsLemonade*", "osx-arm64", ("torch", "2.2.2", "cpu", None, None)),
        ("conda-lock/Clay*", "linux-64", ("torch", "2.1.2", "cuda", "12.0", "8.9.7.29")),
        ("conda-lock/Clay*", "osx-64", ("torch", "2.1.2", "cpu", None, None)),
        ("conda-lock/FSadrieh*", "linux-ppc64le", ("torch", "2.0.1", "cuda", "11.8", "8.8.0.121")),
        ("conda-lock/pangeo*", "linux-64", ("tensorflow", "2.19.1", "cuda", "12.9", "9.10.2.21")),
        ("explicit/ChristianMarzahl*", "linux-64", ("torch", "1.11.0", "cuda", "11.3", "8.2.0")),
        ("pixi-lock/2986002971*", "linux-64", ("torch", "2.4.0", "cuda", "12.4", "9.1.0")),
        ("pixi-lock/2986002971*", "win-64", ("torch", "2.5.0", "cuda", "12.4", "9")),
    ],
)
def test_real_locks(file: str, platform: str, expected: object) -> None:
    (path,) = LOCKS.glob(file)
    locks = read(path.read_text(), file=path.name, directory=str(path.parent)).locks or {}
    (part,) = next(iter(locks.values())).of_subdir(platform)
    (found,) = from_packages(part)
    assert (found.framework, found.version, found.variant, found.cuda, found.cudnn) == expected
