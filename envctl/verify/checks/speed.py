"""How fast a device computes and moves data, against what is published for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from envctl.verify.checks.against import Figure, Limit, judge_figures, shown
from envctl.verify.checks.per_device import Judged
from envctl.verify.devices import is_instance, name_of
from envctl.verify.facts import Case, Outcome
from envctl.verify.tables.gpus import Precision, find_gpu
from envctl.verify.tables.thresholds import threshold
from envctl.verify.values import mapping, number

_CPU = "a CPU is compared with a baseline only (--baseline)"
_LANE_GB_PER_S: Mapping[int, float] = {1: 0.25, 2: 0.5, 3: 0.985, 4: 1.969, 5: 3.938, 6: 7.563}
"""What one PCIe lane of each generation carries in one direction, its encoding taken off: 2.5 and 5 GT/s in
8b/10b, 8, 16 and 32 GT/s in 128b/130b, 64 GT/s in flits (PCI-SIG, PCI Express base specification 6.0)."""


def matmul(precision: Precision) -> Callable[[Case, Outcome], Judged]:
    """Of a matrix product in one precision."""

    def judge(case: Case, outcome: Outcome) -> Judged:
        threads = number(outcome.value, "threads")
        figure = Figure(
            name="tflops_median",
            unit="TFLOPS",
            limit=_published(case, outcome, precision, "TFLOPS"),
            words=f" on {threads:.0f} thread{'' if threads == 1 else 's'}" if threads else "",
        )
        return judge_figures(case, outcome, [figure])

    return judge


def memory_bandwidth(case: Case, outcome: Outcome) -> Judged:
    """Of a copy within the device, each byte counted as read and as written."""
    figure = Figure(name="gb_per_s_median", unit="GB/s", limit=_published(case, outcome, "memory", "GB/s"))
    return judge_figures(case, outcome, [figure])


def host_device_bandwidth(case: Case, outcome: Outcome) -> Judged:
    """Of copies from and to pinned memory, against the PCIe link as it was meanwhile."""
    limit = _link(case, outcome)
    return judge_figures(
        case,
        outcome,
        [
            Figure(name=f"{way}_device_gb_per_s_median", unit="GB/s", limit=limit, words=f" {way} the device")
            for way in ("to", "from")
        ],
    )


def _published(case: Case, outcome: Outcome, figure: Precision | Literal["memory"], unit: str) -> Limit | str:
    """The GPU's peak from the table, or why there is none to hold a figure against."""
    if outcome.device == "cpu":
        return _CPU
    if figure == "fp8":
        return "there is no threshold for fp8"
    name = name_of(case.facts, outcome.device)
    if name is None:
        return "which GPU it is, is not known"
    if is_instance(case.facts, name):
        return "a MIG instance has no published peak"
    model = find_gpu(name)
    peak = model and (model.memory_gbps if figure == "memory" else model.tflops.get(figure))
    if model is None or not peak:
        return f"no published peak for {name}{'' if figure == 'memory' else f' in {figure}'}"
    return Limit(
        value=peak,
        what=f"the published {shown(peak)} {unit}",
        source=model.source,
        threshold=threshold(figure, model.name),
    )


def _link(case: Case, outcome: Outcome) -> Limit | str:
    if outcome.device == "cpu":
        return _CPU
    if is_instance(case.facts, name_of(case.facts, outcome.device)):
        return "MIG instances share the PCIe link of their GPU"
    samples = mapping(outcome.value, "samples")
    generation, width = number(samples, "pcie_generation_max"), number(samples, "pcie_width_max")
    lane = _LANE_GB_PER_S.get(int(generation or 0))
    if not lane or not width:
        return "the PCIe link during the copies is not known"
    return Limit(
        value=lane * width,
        what=f"the {shown(lane * width)} GB/s of PCIe {generation:.0f} x{width:.0f}",
        source="PCI Express base specification",
        threshold=threshold("host-device"),
    )
