"""Why a GPU's clocks are below their maximum, under the names that each form has for it."""

from __future__ import annotations

import re
from typing import NamedTuple, get_args

from envctl.formats.nvidia_smi.values import Fields
from envctl.model.machine import ThrottleReason


class Reason(NamedTuple):
    """A reason, and what the forms call it and the time that it took in all."""

    reason: ThrottleReason
    field: str
    """Of `--query-gpu`, below `clocks_event_reasons`; the XML element ends like that."""
    label: str
    """Of `-q`, below `Clocks Event Reasons`."""
    counter_element: str | None = None
    counter_label: str | None = None


REASONS = (
    Reason("idle", "gpu_idle", "idle"),
    Reason("applications-clocks", "applications_clocks_setting", "applications clocks setting"),
    Reason("sw-power-cap", "sw_power_cap", "sw power cap", "sw_power_cap", "sw power capping"),
    Reason("hw-slowdown", "hw_slowdown", "hw slowdown"),
    Reason("sync-boost", "sync_boost", "sync boost", "sync_boost", "sync boost"),
    Reason(
        "sw-thermal", "sw_thermal_slowdown", "sw thermal slowdown", "sw_therm_slowdown", "sw thermal slowdown"
    ),
    Reason(
        "hw-thermal", "hw_thermal_slowdown", "hw thermal slowdown", "hw_therm_slowdown", "hw thermal slowdown"
    ),
    Reason(
        "hw-power-brake",
        "hw_power_brake_slowdown",
        "hw power brake slowdown",
        "hw_power_brake",
        "hw power braking",
    ),
    Reason("display-clocks", "display_clocks_setting", "display clock setting"),
)


def reasons_of_mask(mask: int) -> tuple[ThrottleReason, ...]:
    """Of NVML's bit mask, where 0x1 is idle and 0x100 display clocks. Unknown bits are left out."""
    return tuple(reason for bit, reason in enumerate(get_args(ThrottleReason)) if mask >> bit & 1)


def throttle(fields: Fields) -> tuple[ThrottleReason, ...]:
    """What holds the clocks down, by the mask where there is one, else by the single reasons."""
    mask = fields.text("clocks_event_reasons.active") or ""
    if re.fullmatch(r"0x[0-9A-Fa-f]{1,16}", mask):
        return reasons_of_mask(int(mask, 16))
    return tuple(each.reason for each in REASONS if fields.flag(f"clocks_event_reasons.{each.field}"))


def throttle_time_us(fields: Fields) -> dict[ThrottleReason, int]:
    """For how many microseconds each reason held them down since the driver was loaded."""
    counts = {each.reason: fields.count(f"clocks_event_reasons_counters.{each.field}") for each in REASONS}
    return {reason: count for reason, count in counts.items() if count is not None}
