"""Every shipped template for a GPU on six machines, judged before anything is installed.

The verdicts are those of NVIDIA's CUDA release notes (driver of a toolkit, floor of its major version) and
of the CUDA programming guide (which toolkits compile for which compute capability), read November 2026.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from described_machines import described

Envctl = Callable[..., Any]
ROOT = Path(__file__).resolve().parents[2]

MACHINES = {
    "T4": ("535.104.05", "Tesla T4"),
    "A100": ("525.60.13", "NVIDIA A100-SXM4-80GB"),
    "H100": ("535.104.05", "NVIDIA H100 80GB HBM3"),
    "RTX 5090": ("570.124.06", "NVIDIA GeForce RTX 5090"),
    "GTX 1080": ("580.65.06", "NVIDIA GeForce GTX 1080"),
    "K80": ("470.256.02", "Tesla K80"),
}
# What the driver is to the template's CUDA, and whether the toolkit could make code for the GPU: where it
# could, `skip` says that only the build itself tells whether it has that code.
RULES = {
    "pytorch-gpu-cu118": {  # CUDA 11.8: 520.61.05, floor 450.80.02, to compute capability 9.0
        "T4": (0, "matched", "skip"),
        "A100": (0, "matched", "skip"),
        "H100": (0, "matched", "skip"),
        "RTX 5090": (1, "matched", "fail"),
        "GTX 1080": (0, "matched", "skip"),
        "K80": (0, "minor", "skip"),
    },
    "pytorch-gpu-cu121": {  # CUDA 12.1: 530.30.02, floor 525.60.13, from 5.0 to 9.0
        "T4": (0, "matched", "skip"),
        "A100": (0, "minor", "skip"),
        "H100": (0, "matched", "skip"),
        "RTX 5090": (1, "matched", "fail"),
        "GTX 1080": (0, "matched", "skip"),
        "K80": (1, "too-old", "fail"),
    },
    "pytorch-gpu-cu124": {  # CUDA 12.4: 550.54.14
        "T4": (0, "minor", "skip"),
        "A100": (0, "minor", "skip"),
        "H100": (0, "minor", "skip"),
        "RTX 5090": (1, "matched", "fail"),
        "GTX 1080": (0, "matched", "skip"),
        "K80": (1, "too-old", "fail"),
    },
    "pytorch-gpu-cu126": {  # CUDA 12.6: 560.28.03; conda-forge's builds carry PTX, which a newer GPU can run
        "T4": (0, "minor", "skip"),
        "A100": (0, "minor", "skip"),
        "H100": (0, "minor", "skip"),
        "RTX 5090": (0, "matched", "warn"),
        "GTX 1080": (0, "matched", "skip"),
        "K80": (1, "too-old", "fail"),
    },
    "pytorch-gpu-cu128": {  # CUDA 12.9: 575.51.03, to 12.1
        "T4": (0, "minor", "skip"),
        "A100": (0, "minor", "skip"),
        "H100": (0, "minor", "skip"),
        "RTX 5090": (0, "minor", "skip"),
        "GTX 1080": (0, "matched", "skip"),
        "K80": (1, "too-old", "fail"),
    },
    "pytorch-gpu-cu130": {  # CUDA 13.0: 580.65.06, which is the floor too, from 7.5
        "T4": (1, "too-old", "skip"),
        "A100": (1, "too-old", "skip"),
        "H100": (1, "too-old", "skip"),
        "RTX 5090": (1, "too-old", "skip"),
        "GTX 1080": (1, "matched", "fail"),
        "K80": (1, "too-old", "fail"),
    },
    "pytorch-inference-gpu": {  # CUDA 11.8
        "T4": (0, "matched", "skip"),
        "A100": (0, "matched", "skip"),
        "H100": (0, "matched", "skip"),
        "RTX 5090": (1, "matched", "fail"),
        "GTX 1080": (0, "matched", "skip"),
        "K80": (0, "minor", "skip"),
    },
    "tf-gpu-2.12": {  # CUDA 11.2: 460.27.03, from 3.5 to 8.6; TensorFlow's builds carry PTX
        "T4": (0, "matched", "skip"),
        "A100": (0, "matched", "skip"),
        "H100": (0, "matched", "warn"),
        "RTX 5090": (0, "matched", "warn"),
        "GTX 1080": (0, "matched", "skip"),
        "K80": (0, "matched", "skip"),
    },
}
CASES = [(template, machine) for template, row in RULES.items() for machine in row]


def test_every_shipped_template_that_needs_a_gpu_is_in_the_table() -> None:
    shipped = {file.stem for file in (ROOT / "templates").glob("*.yaml") if "cuda:" in file.read_text()}
    assert set(RULES) == shipped


@pytest.mark.parametrize(("template", "machine"), CASES)
def test_a_template_on_a_machine_is_what_the_published_rules_say(
    envctl: Envctl, tmp_path: Path, template: str, machine: str
) -> None:
    code, driver, arch = RULES[template][machine]
    (tmp_path / "machine.yaml").write_text(described(*MACHINES[machine]))
    result = envctl("verify-gpu", template, "--target", "machine.yaml", "--json")
    found = {check["id"]: check for check in result.json["checks"]}
    verdict = found["driver-cuda"]["measured"]["verdict"]
    assert (result.code, verdict, found["gpu-arch"]["status"]) == (code, driver, arch)
    assert found["driver-cuda"]["status"] == ("fail" if driver == "too-old" else "pass")
    assert all(found[name]["hint"] for name in found if found[name]["status"] == "fail")
    assert found["framework-build"]["status"] == "pass"


@pytest.mark.parametrize("machine", MACHINES)
def test_a_template_for_the_cpu_fits_every_machine(envctl: Envctl, tmp_path: Path, machine: str) -> None:
    (tmp_path / "machine.yaml").write_text(described(*MACHINES[machine]))
    for template in ("pytorch-cpu", "pytorch-cpu-2.0"):
        assert envctl("verify-gpu", template, "--target", "machine.yaml").code == 0


@pytest.mark.parametrize("machine", MACHINES)
def test_strictly_a_gpu_that_only_ptx_may_serve_is_a_no(envctl: Envctl, tmp_path: Path, machine: str) -> None:
    (tmp_path / "machine.yaml").write_text(described(*MACHINES[machine]))
    code = envctl("verify-gpu", "tf-gpu-2.12", "--target", "machine.yaml", "--strict").code
    assert code == (1 if machine in ("H100", "RTX 5090") else 0)
