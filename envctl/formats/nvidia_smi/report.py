"""A machine of the values that a report has, by the names of `--query-gpu`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from envctl.formats.nvidia_smi.throttling import throttle, throttle_time_us
from envctl.formats.nvidia_smi.values import Fields, said, version
from envctl.model.machine import (
    ComputeCapability,
    Ecc,
    Gpu,
    Machine,
    PcieLink,
    RemappedRows,
    RetiredPages,
    System,
)


def machine_of(
    header: Mapping[str, str], gpus: Iterable[Gpu], *, raw: Iterable[Mapping[str, str]] = ()
) -> Machine:
    """`header` is what stands above the GPUs, `raw` the values of each, which tell the system."""
    return Machine(
        driver=version(header.get("kmd_version")) or version(header.get("driver_version")),
        cuda=version(header.get("cuda_umd_version")) or version(header.get("cuda_version")),
        system=next((system for each in raw if (system := _system(each))), None),
        gpus=tuple(gpus),
        count=Fields(header).count("count"),
        origin="nvidia-smi",
    )


def gpu_of(raw: Mapping[str, str], *, index: int, mig_devices: tuple[str, ...] = ()) -> Gpu:
    """`index` is its place in the report, for a form that does not say it."""
    fields = Fields(raw)
    given = fields.count("index")
    action = fields.text("gpu_recovery_action")
    return Gpu(
        index=index if given is None else given,
        name=fields.text("name"),
        uuid=fields.text("uuid"),
        bus_id=fields.text("pci.bus_id"),
        architecture=fields.text("architecture"),
        compute_capability=_compute_capability(fields),
        memory_mib=fields.count("memory.total"),
        memory_used_mib=fields.count("memory.used"),
        utilization_percent=fields.count("utilization.gpu"),
        mig=True if mig_devices else fields.flag("mig.mode.current"),
        mig_devices=mig_devices,
        ecc=_ecc(fields),
        remapped=_remapped(fields),
        retired=_retired(fields),
        pcie=_pcie(fields),
        temperature_c=fields.count("temperature.gpu"),
        power_w=fields.amount("power.draw"),
        power_limit_w=fields.amount("enforced.power.limit", "power.limit"),
        clock_sm_mhz=fields.count("clocks.current.sm"),
        clock_sm_max_mhz=fields.count("clocks.max.sm"),
        throttle=throttle(fields),
        throttle_time_us=throttle_time_us(fields),
        fabric=fields.text("fabric.state"),
        recovery_action=None if action == "None" else action,
        lost=fields.lost(),
    )


def mig_device(gpu_instance: str, compute_instance: str, memory: str) -> str:
    """The name of a MIG device in the forms that do not say its profile; only `-L` does."""
    return f"GI {gpu_instance} CI {compute_instance} ({memory})"


def _system(raw: Mapping[str, str]) -> System | None:
    """Windows has driver models, Linux a persistence mode, and neither has the other's."""
    if said(raw.get("driver_model.current")) in ("WDDM", "TCC", "MCDM"):
        return "windows"
    return "linux" if Fields(raw).flag("persistence_mode") is not None else None


def _compute_capability(fields: Fields) -> ComputeCapability | None:
    try:
        return ComputeCapability.parse(fields.text("compute_cap") or "")
    except ValueError:
        return None


def _ecc(fields: Fields) -> Ecc:
    return Ecc(
        enabled=fields.flag("ecc.mode.current"),
        corrected_volatile=_errors(fields, "corrected.volatile"),
        uncorrected_volatile=_errors(fields, "uncorrected.volatile"),
        corrected_aggregate=_errors(fields, "corrected.aggregate"),
        uncorrected_aggregate=_errors(fields, "uncorrected.aggregate"),
        sram_threshold_exceeded=fields.flag("ecc.errors.uncorrected.aggregate.sram.thresholdExceeded"),
    )


def _errors(fields: Fields, kind: str) -> int | None:
    """The total, or the sum of what is counted: drivers of Ampere and newer leave the total to the reader."""
    stem = f"ecc.errors.{kind}"
    total = fields.count(f"{stem}.total")
    if total is not None:
        return total
    sram = fields.count(f"{stem}.sram")
    parts = [sram] if sram is not None else [fields.count(f"{stem}.sram.{x}") for x in ("parity", "secded")]
    counted = [part for part in (*parts, fields.count(f"{stem}.dram")) if part is not None]
    return sum(counted) if counted else None


def _remapped(fields: Fields) -> RemappedRows | None:
    rows = RemappedRows(
        correctable=fields.count("remapped_rows.correctable"),
        uncorrectable=fields.count("remapped_rows.uncorrectable"),
        pending=fields.flag("remapped_rows.pending"),
        failure=fields.flag("remapped_rows.failure"),
    )
    return None if rows == RemappedRows() else rows


def _retired(fields: Fields) -> RetiredPages | None:
    pages = RetiredPages(
        single_bit=fields.count("retired_pages.single_bit_ecc.count"),
        double_bit=fields.count("retired_pages.double_bit.count"),
        pending=fields.flag("retired_pages.pending"),
    )
    return None if pages == RetiredPages() else pages


def _pcie(fields: Fields) -> PcieLink:
    most = [fields.count(f"pcie.link.gen.{which}") for which in ("max", "gpumax", "hostmax")]
    return PcieLink(
        generation=fields.count("pcie.link.gen.current"),
        generation_max=min((each for each in most if each), default=None),  # a host may say 0
        width=fields.count("pcie.link.width.current"),
        width_max=fields.count("pcie.link.width.max"),
    )
