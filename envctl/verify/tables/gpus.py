"""What is published of a GPU, by the name that its driver gives it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal

from envctl.model.machine import ComputeCapability
from envctl.verify.tables.rows import rows

Precision = Literal["fp32", "tf32", "fp16", "bf16", "fp8"]
PRECISIONS: tuple[Precision, ...] = ("fp32", "tf32", "fp16", "bf16", "fp8")

_FAMILY = re.compile(r"((NVIDIA|TESLA|GEFORCE|GRID|QUADRO(?! RTX)) )+")
"""What drivers and people put before a name or leave out. Quadro RTX 4000 and RTX 4000 Ada are two GPUs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GpuModel:
    """A product."""

    name: str
    """As the table has it: `A100-SXM4-80GB`."""
    kind: Literal["datacenter", "workstation", "geforce", "jetson"] | None
    """None where a cut name leaves it open."""
    compute_capability: ComputeCapability
    tflops: Mapping[Precision, float] = field(default_factory=dict)
    """Dense peak of matrix products in 1e12 floating-point operations a second, accumulated in FP32; only of
    the precisions for which one is published."""
    memory_gbps: float | None = None
    """Peak memory bandwidth in 1e9 bytes a second, where published."""
    source: str

    @property
    def forward_compat(self) -> bool | None:
        """Whether forward-compatibility packages are made for it; None for workstations, of which NVIDIA
        selects some, and where the kind is open."""
        return None if self.kind in {"workstation", None} else self.kind != "geforce"


def find_gpu(name: str) -> GpuModel | None:
    """The product of a name such as `NVIDIA A100-SXM4-80GB`, the longest that fits; None for an unknown one.

    Peaks are given for the whole name only: `RTX 4090 Laptop GPU` and a MIG instance have an RTX 4090's or an
    A100's compute capability, not its speed. A name that nvidia-smi's table cut (`RTX 2080 ...`) is answered
    where all that it can stand for have one compute capability.
    """
    wanted = _words(name)
    begun = [known for known in _models() if f"{wanted} ".startswith(f"{known} ")]
    best = max(begun, key=len, default=None)
    if name.rstrip().endswith("..."):
        fitting = [model for known, model in _models().items() if known.startswith(wanted)]
        fitting += [_models()[best]] if best else []
        if len({model.compute_capability for model in fitting}) != 1:
            return None
        kinds = {model.kind for model in fitting}
        return replace(_without_peaks(fitting[0]), kind=kinds.pop() if len(kinds) == 1 else None)
    if best is None:
        return None
    return _models()[best] if best == wanted else _without_peaks(_models()[best])


@cache
def _models() -> Mapping[str, GpuModel]:
    """By the words of their names."""
    return {
        _words(name): GpuModel(
            name=name,
            kind=row["kind"],  # type: ignore[arg-type]  # a test holds the table against the type
            compute_capability=ComputeCapability.parse(row["compute_capability"]),
            tflops={precision: float(row[precision]) for precision in PRECISIONS if row[precision]},
            memory_gbps=float(row["memory"]) if row["memory"] else None,
            source=row["source"],
        )
        for row in rows("gpus")
        for name in row["names"].split(" | ")
    }


def _words(name: str) -> str:
    words = " ".join(re.findall(r"[A-Z0-9]+", name.upper()))
    return _FAMILY.sub("", words, count=1)


def _without_peaks(model: GpuModel) -> GpuModel:
    return replace(model, tflops={}, memory_gbps=None)
