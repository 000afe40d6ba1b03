"""What build strings, local versions and index folders say of a build's CUDA."""

from __future__ import annotations

import pytest

from envctl.verify.build.words import of_build, of_tag, version_of


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        # the pytorch channel
        ("py3.12_cuda11.8_cudnn9.1.0_0", ("cuda", "11.8")),
        ("py3.9_cuda10.2_cudnn7.6.5_0", ("cuda", "10.2")),
        ("py3.7_cuda10.2.89_cudnn7.6.5_0", ("cuda", "10.2")),
        ("py3.7_cuda110_cudnn8_0", ("cuda", "11.0")),
        ("py3.11_cpu_0", ("cpu", None)),
        ("cuda", ("cuda", None)),
        ("cpu", ("cpu", None)),
        ("py3.11_0", None),
        # conda-forge
        ("cuda126_mkl_py312_h30b5a27_300", ("cuda", "12.6")),
        ("cuda120_py311h2667f23_304", ("cuda", "12.0")),
        ("cuda130_generic_py314_h558a757_200", ("cuda", "13.0")),
        ("cuda112py310h457873b_0", ("cuda", "11.2")),
        ("cuda92py36h0f3e3b1_0", ("cuda", "9.2")),
        ("cpu_generic_py311_h7108385_3", ("cpu", None)),
        ("cpu_mkl_py313_h19d87ba_102", ("cpu", None)),
        ("py310h2667f23_0", None),
        # defaults
        ("gpu_py39h8236f22_0", ("cuda", None)),
        ("mkl_py39hb9fcb14_0", ("cpu", None)),
        ("eigen_py39h1b06ff4_0", ("cpu", None)),
        ("py35cuda8.0cudnn6.0_1", ("cuda", "8.0")),
        # patterns of specifications
        ("*cuda11.8*", ("cuda", "11.8")),
        ("cuda126*", ("cuda", "12.6")),
        ("*cuda12*", ("cuda", None)),
        ("*cuda*", ("cuda", None)),
        ("*cpu*", ("cpu", None)),
        ("*rocm6*", ("rocm", None)),
    ],
)
def test_a_build_string_tells_the_variant_and_the_cuda(build: str, expected: object) -> None:
    assert of_build(build) == expected


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("cu118", ("cuda", "11.8")),
        ("cu130", ("cuda", "13.0")),
        ("cu92", ("cuda", "9.2")),
        ("cu117.with.pypi.cudnn", ("cuda", "11.7")),
        ("cpu", ("cpu", None)),
        ("cpu.cxx11.abi", ("cpu", None)),
        ("rocm6.2", ("rocm", None)),
        ("xpu", None),
        ("git1234abc", None),
    ],
)
def test_a_local_version_tells_the_variant_and_the_cuda(tag: str, expected: object) -> None:
    assert of_tag(tag) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("12.4.127", "12.4"), ("11.8", "11.8"), ("129", "12.9"), ("92", "9.2"), ("12", None), ("", None)],
)
def test_cuda_is_its_first_two_numbers(text: str, expected: str | None) -> None:
    assert version_of(text) == expected
