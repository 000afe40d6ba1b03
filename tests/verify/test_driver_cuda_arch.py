"""Driver, CUDA version and archs together: what a build does on a machine, by the published rules.

What the verdicts mean together: `matched` or `minor` with `cubin` runs; `matched` with `ptx` runs once the
driver has compiled it; `minor` with `ptx` fails (CUDA error 222), as do `none` (209) and `too-old` (35).
"""

from __future__ import annotations

import pytest

from envctl.model.machine import System
from envctl.verify.arch_rule import judge_arch
from envctl.verify.driver_rule import judge_driver
from envctl.verify.tables import find_gpu

BUILDS = {
    "torch 2.6 cu118": ("11.8", "sm_37 sm_50 sm_60 sm_70 sm_75 sm_80 sm_86 sm_90 compute_37"),
    "torch 2.13 cu126": ("12.6", "sm_50 sm_60 sm_70 sm_75 sm_80 sm_86 sm_90"),
    "torch 2.10 cu128": ("12.8", "sm_70 sm_75 sm_80 sm_86 sm_90 sm_100 sm_120"),
    "torch 2.13 cu130": ("13.0", "sm_75 sm_80 sm_86 sm_90 sm_100 sm_120 compute_120"),
    "torch 2.13 cu132": ("13.2", "sm_75 sm_80 sm_86 sm_90 sm_100 sm_120 compute_120"),
    "torch 2.13 cu130 arm": ("13.0", "sm_80 sm_90 sm_100 sm_110 sm_120 compute_120"),
    "torch 2.13 cu132 arm": ("13.2", "sm_80 sm_90 sm_100 sm_110 sm_120 compute_120"),
    "tensorflow 2.20": ("12.5", "sm_60 sm_70 sm_80 sm_89 compute_90"),
}

LINUX = [
    # the driver of the build's toolkit, and newer ones
    ("520.61.05", "torch 2.6 cu118", "Tesla K80", "matched", "cubin sm_37"),
    ("520.61.05", "torch 2.6 cu118", "Tesla M60", "matched", "cubin sm_50"),
    ("520.61.05", "torch 2.6 cu118", "Tesla P40", "matched", "cubin sm_60"),
    ("535.104.05", "torch 2.6 cu118", "Tesla V100-SXM2-16GB", "matched", "cubin sm_70"),
    ("535.104.05", "torch 2.6 cu118", "NVIDIA L4", "matched", "cubin sm_86"),
    ("550.54.14", "torch 2.6 cu118", "NVIDIA H100 80GB HBM3", "matched", "cubin sm_90"),
    ("570.26", "torch 2.6 cu118", "NVIDIA B200", "matched", "ptx compute_37"),
    ("580.65.06", "torch 2.6 cu118", "NVIDIA GeForce RTX 5090", "matched", "ptx compute_37"),
    ("560.28.03", "torch 2.13 cu126", "Tesla M60", "matched", "cubin sm_50"),
    ("560.28.03", "torch 2.13 cu126", "Tesla P100-PCIE-16GB", "matched", "cubin sm_60"),
    ("560.35.03", "torch 2.13 cu126", "Tesla T4", "matched", "cubin sm_75"),
    ("560.35.05", "torch 2.13 cu126", "NVIDIA A10", "matched", "cubin sm_86"),
    ("570.26", "torch 2.13 cu126", "NVIDIA A100-SXM4-80GB", "matched", "cubin sm_80"),
    ("580.65.06", "torch 2.13 cu126", "NVIDIA L40S", "matched", "cubin sm_86"),
    ("610.43.02", "torch 2.13 cu126", "NVIDIA H200", "matched", "cubin sm_90"),
    ("570.26", "torch 2.10 cu128", "Tesla V100-PCIE-32GB", "matched", "cubin sm_70"),
    ("570.124.06", "torch 2.10 cu128", "NVIDIA B200", "matched", "cubin sm_100"),
    ("575.51.03", "torch 2.10 cu128", "NVIDIA GeForce RTX 5080", "matched", "cubin sm_120"),
    ("580.82.07", "torch 2.10 cu128", "NVIDIA GB10", "matched", "cubin sm_120"),
    ("580.82.07", "torch 2.10 cu128", "NVIDIA B300", "matched", "cubin sm_100"),
    ("580.65.06", "torch 2.13 cu130", "Tesla T4", "matched", "cubin sm_75"),
    ("580.65.06", "torch 2.13 cu130", "NVIDIA GB300", "matched", "cubin sm_100"),
    ("590.44.01", "torch 2.13 cu130", "NVIDIA GeForce RTX 4090", "matched", "cubin sm_86"),
    (
        "595.45.04",
        "torch 2.13 cu132",
        "NVIDIA RTX PRO 6000 Blackwell Server Edition",
        "matched",
        "cubin sm_120",
    ),
    ("580.65.06", "torch 2.13 cu130 arm", "NVIDIA GH200 480GB", "matched", "cubin sm_90"),
    ("580.65.06", "torch 2.13 cu130 arm", "NVIDIA GB200", "matched", "cubin sm_100"),
    ("580.65.06", "torch 2.13 cu130 arm", "NVIDIA Thor", "matched", "cubin sm_110"),
    ("595.45.04", "torch 2.13 cu132 arm", "Orin (nvgpu)", "matched", "cubin sm_80"),
    ("555.42.02", "tensorflow 2.20", "Tesla P4", "matched", "cubin sm_60"),
    ("555.42.02", "tensorflow 2.20", "Tesla T4", "matched", "cubin sm_70"),
    ("560.35.05", "tensorflow 2.20", "NVIDIA A10G", "matched", "cubin sm_80"),
    ("560.35.05", "tensorflow 2.20", "NVIDIA H100 PCIe", "matched", "ptx compute_90"),
    ("580.65.06", "tensorflow 2.20", "NVIDIA GeForce RTX 5090", "matched", "ptx compute_90"),
    # an older driver of the same major: machine code runs, PTX does not
    ("450.80.02", "torch 2.6 cu118", "Tesla V100-SXM2-32GB", "minor", "cubin sm_70"),
    ("470.256.02", "torch 2.6 cu118", "Tesla T4", "minor", "cubin sm_75"),
    ("515.48.07", "torch 2.6 cu118", "NVIDIA A100-PCIE-40GB", "minor", "cubin sm_80"),
    ("525.60.13", "torch 2.13 cu126", "NVIDIA L4", "minor", "cubin sm_86"),
    ("535.104.05", "torch 2.13 cu126", "Tesla T4", "minor", "cubin sm_75"),
    ("550.54.15", "torch 2.13 cu126", "NVIDIA H100 NVL", "minor", "cubin sm_90"),
    ("535.104.05", "torch 2.10 cu128", "NVIDIA A40", "minor", "cubin sm_86"),
    ("560.35.05", "torch 2.10 cu128", "NVIDIA H20", "minor", "cubin sm_90"),
    ("535.54.03", "tensorflow 2.20", "NVIDIA A30", "minor", "cubin sm_80"),
    ("550.54.14", "tensorflow 2.20", "NVIDIA H100 80GB HBM3", "minor", "ptx compute_90"),
    ("580.65.06", "torch 2.13 cu132", "NVIDIA A100-SXM4-40GB", "minor", "cubin sm_80"),
    ("590.48.01", "torch 2.13 cu132", "NVIDIA GeForce RTX 5070 Ti", "minor", "cubin sm_120"),
    ("580.65.06", "torch 2.13 cu132 arm", "NVIDIA Thor", "minor", "cubin sm_110"),
    # the build has nothing for the GPU
    ("560.35.03", "torch 2.13 cu126", "Tesla K80", "matched", "none"),
    ("570.26", "torch 2.13 cu126", "NVIDIA B200", "matched", "none"),
    ("570.26", "torch 2.13 cu126", "NVIDIA GeForce RTX 5060 Ti", "matched", "none"),
    ("570.26", "torch 2.10 cu128", "Tesla P100-SXM2-16GB", "matched", "none"),
    ("580.65.06", "torch 2.10 cu128", "NVIDIA GeForce GTX 1080 Ti", "matched", "none"),
    ("580.65.06", "torch 2.13 cu130", "Tesla V100-SXM2-16GB", "matched", "none"),
    ("580.65.06", "torch 2.13 cu130", "NVIDIA TITAN V", "matched", "none"),
    ("580.65.06", "torch 2.13 cu130 arm", "Orin (nvgpu)", "matched", "none"),
    ("555.42.06", "tensorflow 2.20", "Tesla M40", "matched", "none"),
    # the driver is of an older major version
    ("440.33", "torch 2.6 cu118", "Tesla T4", "too-old", "cubin sm_75"),
    ("520.61.05", "torch 2.13 cu126", "NVIDIA A10", "too-old", "cubin sm_86"),
    ("470.82.01", "torch 2.10 cu128", "NVIDIA A100-SXM4-80GB", "too-old", "cubin sm_80"),
    ("470.82.01", "tensorflow 2.20", "Tesla K80", "too-old", "none"),
    ("575.57.08", "torch 2.13 cu130", "NVIDIA H100 80GB HBM3", "too-old", "cubin sm_90"),
    ("535.104.05", "torch 2.13 cu130", "Tesla T4", "too-old", "cubin sm_75"),
    ("570.124.06", "torch 2.13 cu132", "NVIDIA GeForce RTX 5090", "too-old", "cubin sm_120"),
]
WINDOWS = [
    ("520.06", "torch 2.6 cu118", "NVIDIA GeForce GTX 1660 SUPER", "matched", "cubin sm_75"),
    ("452.39", "torch 2.6 cu118", "NVIDIA GeForce RTX 3080", "minor", "cubin sm_86"),
    ("441.22", "torch 2.6 cu118", "NVIDIA GeForce RTX 2080 ...", "too-old", "cubin sm_75"),
    ("560.76", "torch 2.13 cu126", "NVIDIA GeForce RTX 4070", "matched", "cubin sm_86"),
    ("528.33", "torch 2.13 cu126", "NVIDIA GeForce RTX 4090 Laptop GPU", "minor", "cubin sm_86"),
    ("527.41", "torch 2.13 cu126", "NVIDIA RTX A6000", "too-old", "cubin sm_86"),
    ("572.61", "torch 2.13 cu126", "NVIDIA GeForce RTX 5090", "matched", "none"),
    ("572.61", "torch 2.10 cu128", "NVIDIA GeForce RTX 5090", "matched", "cubin sm_120"),
    ("551.61", "torch 2.10 cu128", "NVIDIA RTX 6000 Ada Generation", "minor", "cubin sm_86"),
    ("581.15", "torch 2.13 cu130", "NVIDIA GeForce RTX 5090", "unknown", "cubin sm_120"),
]
ROWS = [("linux", *row) for row in LINUX] + [("windows", *row) for row in WINDOWS]


def test_there_are_enough_combinations_and_none_twice() -> None:
    assert len({row[:4] for row in ROWS}) == len(ROWS) >= 60


@pytest.mark.parametrize(
    ("system", "driver", "build", "gpu", "by_driver", "by_arch"),
    ROWS,
    ids=[f"{build} on {gpu} with {driver} for {system}" for system, driver, build, gpu, *_ in ROWS],
)
def test_a_build_on_a_machine(
    *, system: System, driver: str, build: str, gpu: str, by_driver: str, by_arch: str
) -> None:
    cuda, archs = BUILDS[build]
    model = find_gpu(gpu)
    assert model is not None
    served = judge_arch(model.compute_capability, tuple(archs.split()), cuda=cuda)
    assert judge_driver(driver, cuda, system=system).kind == by_driver
    assert " ".join(filter(None, [served.kind, served.arch])) == by_arch
