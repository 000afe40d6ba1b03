"""What held a GPU's clocks down while it was measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from envctl.model.machine import ThrottleReason
from envctl.verify.values import number, words

HARM: Mapping[ThrottleReason, tuple[str, str]] = {
    "hw-slowdown": (
        "the GPU itself halved its clocks or more: too hot, or short of power",
        "check its cooling and its power cables",
    ),
    "hw-thermal": (
        "the GPU is too hot and slows down by half or more to save itself",
        "check its fans, the air flow through the case and the room's temperature",
    ),
    "hw-power-brake": (
        "the power supply or the board told the GPU to slow down",
        "check the power supply and its cables, and the node's power limit",
    ),
    "sw-thermal": (
        "the driver holds the clocks at the GPU's or its memory's temperature limit",
        "check its fans, the air flow through the case and the room's temperature",
    ),
}
"""Reasons that no sound machine shows under load, with their cause and what to do. A power cap
(`sw-power-cap`) is none of them: a product of full matrices reaches it on many GPUs. Meanings: NVML API
reference, `nvmlClocksEventReasons` (docs.nvidia.com/deploy/nvml-api), read November 2026."""
LOW = 0.75
"""Of the maximum clock: samples below are not to be trusted, as NVIDIA's nvbench has it for the default
clock (github.com/NVIDIA/nvbench, read November 2026)."""


def clocks_known(samples: Mapping[str, Any]) -> bool:
    """Whether the samples say anything of the clocks."""
    return bool(words(samples, "throttle")) or number(samples, "clock_sm_mhz_median") is not None


def harm(samples: Mapping[str, Any]) -> tuple[ThrottleReason, ...]:
    """The reasons of `HARM` that were seen in a probe's samples."""
    seen = words(samples, "throttle")
    return tuple(reason for reason in HARM if reason in seen)


def low_clock(samples: Mapping[str, Any]) -> str | None:
    """A median clock far below the maximum that no power cap explains, in words; else None."""
    median, highest = number(samples, "clock_sm_mhz_median"), number(samples, "clock_sm_max_mhz")
    if median is None or highest is None or median >= LOW * highest:
        return None
    if "sw-power-cap" in words(samples, "throttle"):
        return None
    return f"{median:.0f} of {highest:.0f} MHz"


def held_down(samples: Mapping[str, Any]) -> str | None:
    """What makes figures unreliable, in words; None for sound clocks and where none were sampled."""
    return ", ".join(harm(samples)) or low_clock(samples)
