"""How much of what is published, or was measured before, a figure must reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from envctl.verify.tables.rows import rows

Figure = Literal["fp32", "tf32", "fp16", "bf16", "memory", "host-device", "baseline"]
"""Throughput of a precision and memory bandwidth against the GPU's published peak, copies between host and
device against the PCIe link's theoretical bandwidth, and any figure against its baseline."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Threshold:
    """Fractions of what a figure is held against, and why these."""

    fail: float
    """Below it, a figure fails."""
    warn: float
    """Below it, a figure is slow."""
    source: str


def threshold(figure: Figure, gpu: str | None = None) -> Threshold:
    """Of the GPU, by its name in the table of GPUs, where it has limits of its own; else of all."""
    of_figure = [row for row in rows("thresholds") if row["figure"] == figure]
    own = [row for row in of_figure if gpu in row["gpus"].split(" | ")]
    (row,) = own or [row for row in of_figure if not row["gpus"]]
    return Threshold(fail=float(row["fail"]), warn=float(row["warn"]), source=row["source"])
