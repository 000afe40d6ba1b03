"""Whether a GPU can run what a build was compiled for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envctl.model.machine import ComputeCapability
from envctl.verify.arch_rule import judge_arch, judge_toolkit
from envctl.verify.tables.rows import rows
from envctl.verify.tables.toolkits import toolkit_archs

TORCH_CU126 = "sm_50 sm_60 sm_70 sm_75 sm_80 sm_86 sm_90"
TORCH_CU130 = "sm_75 sm_80 sm_86 sm_90 sm_100 sm_120 compute_120"
TORCH_CU130_ARM = "sm_80 sm_90 sm_100 sm_110 sm_120 compute_120"
TENSORFLOW_220 = "sm_60 sm_70 sm_80 sm_89 compute_90"


def verdict(gpu: str, archs: str, cuda: str | None = None) -> str:
    """Such as `cubin sm_80`."""
    found = judge_arch(ComputeCapability.parse(gpu), tuple(archs.split()), cuda=cuda)
    return f"{found.kind} {found.arch}" if found.arch else found.kind


@pytest.mark.parametrize(
    ("gpu", "archs", "expected"),
    [
        pytest.param("7.0", TORCH_CU126, "cubin sm_70", id="V100 and torch for CUDA 12.6"),
        pytest.param("7.5", TORCH_CU126, "cubin sm_75", id="T4 and torch for CUDA 12.6"),
        pytest.param("6.1", TORCH_CU126, "cubin sm_60", id="P40 and torch for CUDA 12.6"),
        pytest.param("5.2", TORCH_CU126, "cubin sm_50", id="M60 and torch for CUDA 12.6"),
        pytest.param("3.7", TORCH_CU126, "none", id="K80 and torch for CUDA 12.6"),
        pytest.param("8.0", TORCH_CU126, "cubin sm_80", id="A100 and torch for CUDA 12.6"),
        pytest.param("8.6", TORCH_CU126, "cubin sm_86", id="A10 and torch for CUDA 12.6"),
        pytest.param("8.9", TORCH_CU126, "cubin sm_86", id="L4 and torch for CUDA 12.6"),
        pytest.param("9.0", TORCH_CU126, "cubin sm_90", id="H100 and torch for CUDA 12.6"),
        pytest.param("10.0", TORCH_CU126, "none", id="B200 and torch for CUDA 12.6"),
        pytest.param("12.0", TORCH_CU126, "none", id="RTX 5090 and torch for CUDA 12.6"),
        pytest.param("7.0", TORCH_CU130, "none", id="V100 and torch for CUDA 13.0"),
        pytest.param("7.5", TORCH_CU130, "cubin sm_75", id="T4 and torch for CUDA 13.0"),
        pytest.param("10.0", TORCH_CU130, "cubin sm_100", id="B200 and torch for CUDA 13.0"),
        pytest.param("10.3", TORCH_CU130, "cubin sm_100", id="B300 and torch for CUDA 13.0"),
        pytest.param("11.0", TORCH_CU130, "none", id="Thor and torch for CUDA 13.0 on x86"),
        pytest.param("11.0", TORCH_CU130_ARM, "cubin sm_110", id="Thor and torch for CUDA 13.0 on ARM"),
        pytest.param("12.0", TORCH_CU130, "cubin sm_120", id="RTX 5090 and torch for CUDA 13.0"),
        pytest.param("12.1", TORCH_CU130_ARM, "cubin sm_120", id="GB10 and torch for CUDA 13.0 on ARM"),
        pytest.param("13.0", TORCH_CU130, "ptx compute_120", id="a GPU to come and torch for CUDA 13.0"),
        pytest.param("7.5", TENSORFLOW_220, "cubin sm_70", id="T4 and TensorFlow 2.20"),
        pytest.param("8.6", TENSORFLOW_220, "cubin sm_80", id="A10 and TensorFlow 2.20"),
        pytest.param("8.9", TENSORFLOW_220, "cubin sm_89", id="L4 and TensorFlow 2.20"),
        pytest.param("9.0", TENSORFLOW_220, "ptx compute_90", id="H100 and TensorFlow 2.20"),
        pytest.param("12.0", TENSORFLOW_220, "ptx compute_90", id="RTX 5090 and TensorFlow 2.20"),
        pytest.param("5.2", TENSORFLOW_220, "none", id="M60 and TensorFlow 2.20"),
    ],
)
def test_a_gpu_is_served_by_machine_code_of_its_major_or_by_older_ptx(
    gpu: str, archs: str, expected: str
) -> None:
    assert verdict(gpu, archs) == expected


@pytest.mark.parametrize(
    ("gpu", "archs", "cuda", "expected"),
    [
        ("5.3", "sm_50 sm_52", "12.4", "none"),
        ("5.3", "sm_53", "12.4", "cubin sm_53"),
        ("6.2", "sm_60 sm_61", "12.4", "none"),
        ("7.2", "sm_70", "12.4", "none"),
        ("7.5", "sm_72", "12.4", "none"),
        ("8.7", "sm_80 sm_86", "12.6", "none"),
        ("8.7", "sm_80 sm_86", "13.0", "none"),
        ("8.7", "sm_80 sm_86", "13.2", "cubin sm_86"),
        ("8.7", "sm_80 sm_86", None, "none"),
        ("8.7", "sm_80 sm_86", "newest", "none"),
        ("8.7", "sm_80 compute_80", "12.6", "ptx compute_80"),
        ("8.7", "sm_87", "12.6", "cubin sm_87"),
        ("8.9", "sm_87", "13.2", "none"),
        ("10.1", "sm_100", "12.8", "none"),
        ("10.1", "sm_110", "13.0", "cubin sm_110"),
        ("11.0", "sm_101", "12.8", "cubin sm_101"),
        ("11.0", "sm_100", "13.0", "none"),
    ],
)
def test_a_jetsons_machine_code_is_its_own(gpu: str, archs: str, cuda: str | None, expected: str) -> None:
    assert verdict(gpu, archs, cuda) == expected


@pytest.mark.parametrize(
    ("gpu", "archs", "expected"),
    [
        ("9.0", "sm_90a", "cubin sm_90a"),
        ("10.0", "sm_90a compute_90a", "none"),
        ("9.0", "compute_90a", "ptx compute_90a"),
        ("12.1", "sm_120a", "none"),
        ("12.1", "sm_120f", "cubin sm_120f"),
        ("10.3", "sm_100f", "cubin sm_100f"),
        ("10.3", "compute_100f", "ptx compute_100f"),
        ("12.0", "sm_100f compute_100f", "none"),
        ("12.0", "sm_121f", "none"),
    ],
)
def test_code_for_one_architecture_or_one_family_stays_there(gpu: str, archs: str, expected: str) -> None:
    assert verdict(gpu, archs) == expected


def test_what_is_no_arch_of_nvidia_is_passed_over() -> None:
    assert verdict("9.0", "gfx90a 8.6+PTX sm_ sm_9 compute") == "none"
    assert verdict("9.0", "") == "none"


@pytest.mark.parametrize(
    ("gpu", "cuda", "expected"),
    [
        ("3.7", "11.8", "possible"),
        ("3.7", "12.0", "too-old"),
        ("6.1", "12.9", "possible"),
        ("6.1", "13.0", "too-old"),
        ("7.0", "13.0", "too-old"),
        ("7.5", "13.0", "possible"),
        ("8.0", "10.2", "too-new"),
        ("8.0", "11.0", "possible"),
        ("8.6", "11.0", "possible"),  # machine code for 8.0 runs on it
        ("8.7", "11.3", "too-new"),
        ("8.7", "11.4", "possible"),
        ("8.9", "11.3", "possible"),
        ("9.0", "11.7", "too-new"),
        ("9.0", "11.8.0", "possible"),
        ("10.0", "12.6", "too-new"),
        ("10.0", "12.8", "possible"),
        ("10.3", "12.8", "possible"),
        ("11.0", "12.6", "too-new"),
        ("11.0", "12.8", "possible"),
        ("12.0", "12.7", "too-new"),
        ("12.0", "12.8", "possible"),
        ("12.1", "13.4", "possible"),
        ("12.0", "13.9", "unknown"),
        ("12.0", "9.2", "unknown"),
        ("12.0", "newest", "unknown"),
    ],
)
def test_a_toolkit_compiles_for_what_its_compiler_knows(gpu: str, cuda: str, expected: str) -> None:
    assert judge_toolkit(ComputeCapability.parse(gpu), cuda) == expected


@pytest.mark.parametrize("cuda", sorted({row["first"] for row in rows("toolkit_archs")}))
def test_what_a_toolkit_compiles_for_can_be_served(cuda: str) -> None:
    assert {judge_toolkit(cc, cuda) for cc in toolkit_archs(cuda) or ()} == {"possible"}


CAPABILITIES = [cc for cuda in ("11.0", "12.9", "13.0") for cc in toolkit_archs(cuda) or ()]


@given(
    gpu=st.sampled_from(CAPABILITIES),
    archs=st.lists(
        st.sampled_from([f"{kind}_{cc.major}{cc.minor}" for kind in ("sm", "compute") for cc in CAPABILITIES])
    ),
    another=st.sampled_from(CAPABILITIES),
)
def test_one_more_arch_never_makes_a_verdict_worse(
    gpu: ComputeCapability, archs: list[str], another: ComputeCapability
) -> None:
    order = ("none", "ptx", "cubin")
    fewer = judge_arch(gpu, tuple(archs), cuda="12.9").kind
    more = judge_arch(gpu, (*archs, f"sm_{another.major}{another.minor}"), cuda="12.9").kind
    assert order.index(fewer) <= order.index(more)
