"""The figures that are kept of a machine, to compare with later ones."""

from __future__ import annotations

from collections.abc import Mapping

from envctl.verify.clocks import held_down
from envctl.verify.devices import label
from envctl.verify.facts import Facts, Outcome
from envctl.verify.tables.gpus import PRECISIONS
from envctl.verify.values import mapping, number

FIGURES: Mapping[str, tuple[str, ...]] = {
    **{f"matmul-{precision}": ("tflops_median",) for precision in PRECISIONS},
    "memory-bandwidth": ("gb_per_s_median",),
    "host-device-bandwidth": ("to_device_gb_per_s_median", "from_device_gb_per_s_median"),
}
"""By probe. Higher is better in all of them."""


def key(facts: Facts, outcome: Outcome, figure: str) -> str:
    """`matmul-fp32/tflops_median/cuda:0 NVIDIA A100-SXM4-80GB`: another GPU in its place has another key."""
    return f"{outcome.probe}/{figure}/{label(facts, outcome.device)}"


def figures(facts: Facts) -> dict[str, float]:
    """What to keep: every figure that was measured, but for those taken while the clocks were held down,
    against which any later one would look good."""
    return {
        key(facts, outcome, name): figure
        for outcome in facts.outcomes
        if outcome.state == "done" and not held_down(mapping(outcome.value, "samples"))
        for name in FIGURES.get(outcome.probe, ())
        if (figure := number(outcome.value, name)) is not None and figure > 0
    }
