"""What the XML and `-q` call the values that `--query-gpu` has.

One table for both, since they say the same things in the same order. Drivers renamed some of them: of
several rows for one field the first that says something counts. Held against captures of drivers 418 to 610.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from envctl.formats.nvidia_smi.throttling import REASONS
from envctl.formats.nvidia_smi.values import said


class Label(NamedTuple):
    """A field of `--query-gpu`, its element in the XML and its label in `-q`, in small letters."""

    field: str
    element: str
    label: str


HEADER = (
    Label("driver_version", "driver_version", "driver version"),
    Label("kmd_version", "kmd_version", "kmd version"),
    Label("cuda_version", "cuda_version", "cuda version"),
    Label("cuda_umd_version", "cuda_umd_version", "cuda umd version"),
    Label("count", "attached_gpus", "attached gpus"),
)

_LINK, _LINK_LABEL = "pci/pci_gpu_link_info", "pci/gpu link info"
_POWER, _POWER_LABEL = "gpu_power_readings", "gpu power readings"


def _ecc() -> Iterator[Label]:
    for period in ("volatile", "aggregate"):
        for kind, plural, bits in (
            ("corrected", "correctable", "single"),
            ("uncorrected", "uncorrectable", "double"),
        ):
            field = f"ecc.errors.{kind}.{period}"
            element, label = f"ecc_errors/{period}", f"ecc errors/{period}"
            yield Label(f"{field}.total", f"{element}/{bits}_bit/total", f"{label}/{bits} bit/total")
            yield Label(f"{field}.sram", f"{element}/sram_{plural}", f"{label}/sram {plural}")
            yield Label(f"{field}.dram", f"{element}/dram_{plural}", f"{label}/dram {plural}")
            for check, shown in (("parity", "parity"), ("secded", "sec-ded")):
                yield Label(
                    f"{field}.sram.{check}",
                    f"{element}/sram_{plural}_{check}",
                    f"{label}/sram {plural} {shown}",
                )


def _throttling() -> Iterator[Label]:
    for each in REASONS:
        for word in ("event", "throttle"):  # event since driver 535
            yield Label(
                f"clocks_event_reasons.{each.field}",
                f"clocks_{word}_reasons/clocks_{word}_reason_{each.field}",
                f"clocks {word} reasons/{each.label}",
            )
        if each.counter_element:
            yield Label(
                f"clocks_event_reasons_counters.{each.field}",
                f"clocks_event_reasons_counters/clocks_event_reasons_counters_{each.counter_element}",
                f"clocks event reasons counters/{each.counter_label}",
            )


GPU = (
    Label("name", "product_name", "product name"),
    Label("uuid", "uuid", "gpu uuid"),
    Label("pci.bus_id", "pci/pci_bus_id", "pci/bus id"),
    Label("architecture", "product_architecture", "product architecture"),
    Label("persistence_mode", "persistence_mode", "persistence mode"),
    Label("driver_model.current", "driver_model/current_dm", "driver model/current"),
    Label("memory.total", "fb_memory_usage/total", "fb memory usage/total"),
    Label("memory.used", "fb_memory_usage/used", "fb memory usage/used"),
    Label("utilization.gpu", "utilization/gpu_util", "utilization/gpu"),
    Label("mig.mode.current", "mig_mode/current_mig", "mig mode/current"),
    Label("ecc.mode.current", "ecc_mode/current_ecc", "ecc mode/current"),
    *_ecc(),
    Label(
        "ecc.errors.uncorrected.aggregate.sram.thresholdExceeded",
        "ecc_errors/aggregate/sram_threshold_exceeded",
        "ecc errors/aggregate/sram threshold exceeded",
    ),
    Label("remapped_rows.correctable", "remapped_rows/remapped_row_corr", "remapped rows/correctable error"),
    Label(
        "remapped_rows.uncorrectable", "remapped_rows/remapped_row_unc", "remapped rows/uncorrectable error"
    ),
    Label("remapped_rows.pending", "remapped_rows/remapped_row_pending", "remapped rows/pending"),
    Label(
        "remapped_rows.failure",
        "remapped_rows/remapped_row_failure",
        "remapped rows/remapping failure occurred",
    ),
    Label("remapped_rows.correctable", "remapped_rows", "remapped rows"),  # `GPU is lost` for all of them
    Label(
        "retired_pages.single_bit_ecc.count",
        "retired_pages/multiple_single_bit_retirement/retired_count",
        "retired pages/single bit ecc",
    ),
    Label(
        "retired_pages.double_bit.count",
        "retired_pages/double_bit_retirement/retired_count",
        "retired pages/double bit ecc",
    ),
    Label(
        "retired_pages.pending", "retired_pages/pending_retirement", "retired pages/pending page blacklist"
    ),
    Label("retired_pages.pending", "retired_pages/pending_blacklist", "retired pages/pending"),
    Label(
        "pcie.link.gen.current",
        f"{_LINK}/pcie_gen/current_link_gen",
        f"{_LINK_LABEL}/pcie generation/current",
    ),
    Label("pcie.link.gen.max", f"{_LINK}/pcie_gen/max_link_gen", f"{_LINK_LABEL}/pcie generation/max"),
    Label(
        "pcie.link.gen.gpumax",
        f"{_LINK}/pcie_gen/max_device_link_gen",
        f"{_LINK_LABEL}/pcie generation/device max",
    ),
    Label(
        "pcie.link.gen.hostmax",
        f"{_LINK}/pcie_gen/max_host_link_gen",
        f"{_LINK_LABEL}/pcie generation/host max",
    ),
    Label(
        "pcie.link.width.current",
        f"{_LINK}/link_widths/current_link_width",
        f"{_LINK_LABEL}/link width/current",
    ),
    Label("pcie.link.width.max", f"{_LINK}/link_widths/max_link_width", f"{_LINK_LABEL}/link width/max"),
    Label("temperature.gpu", "temperature/gpu_temp", "temperature/gpu current temp"),
    Label("power.draw", f"{_POWER}/power_draw", f"{_POWER_LABEL}/power draw"),
    Label("power.draw", "power_readings/power_draw", "power readings/power draw"),
    Label("power.draw", f"{_POWER}/average_power_draw", f"{_POWER_LABEL}/average power draw"),
    Label("power.draw", f"{_POWER}/instant_power_draw", f"{_POWER_LABEL}/instantaneous power draw"),
    Label(
        "enforced.power.limit", "power_readings/enforced_power_limit", "power readings/enforced power limit"
    ),
    Label("power.limit", f"{_POWER}/current_power_limit", f"{_POWER_LABEL}/current power limit"),
    Label(
        "power.limit",
        f"{_POWER}/gpu_ceiling_power_limit/current_power_limit",
        f"{_POWER_LABEL}/gpu ceiling power limit/current power limit",
    ),
    Label("power.limit", "power_readings/power_limit", "power readings/power limit"),
    Label("clocks.current.sm", "clocks/sm_clock", "clocks/sm"),
    Label("clocks.max.sm", "max_clocks/sm_clock", "max clocks/sm"),
    *_throttling(),
    Label("fabric.state", "fabric/state", "fabric/state"),
    Label("gpu_recovery_action", "gpu_recovery_action", "gpu recovery action"),
)


def by_field(found: Mapping[str, str], labels: tuple[Label, ...], *, xml: bool) -> dict[str, str]:
    """Values by field, of values by XML element or by label."""
    fields: dict[str, str] = {}
    for each in labels:
        value = found.get(each.element if xml else each.label)
        if value is not None and said(fields.get(each.field)) is None:
            fields[each.field] = value
    return fields
