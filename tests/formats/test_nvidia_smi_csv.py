"""`nvidia-smi --query-gpu=… --format=csv`: with units, without them, and without the header."""

from __future__ import annotations

import pytest

from envctl.formats.machine import read_machine
from envctl.formats.nvidia_smi.csv import read_csv
from envctl.formats.nvidia_smi.throttling import reasons_of_mask
from envctl.model.machine import ComputeCapability, Ecc, Gpu, Machine, PcieLink, RemappedRows, RetiredPages

NAMES = ["index", "name", "driver_version", "compute_cap", "memory.total", "count"]
GPUS = (
    Gpu(index=0, name="Tesla T4", compute_capability=ComputeCapability(7, 5), memory_mib=15360),
    Gpu(index=3, name="NVIDIA L4", compute_capability=ComputeCapability(8, 9), memory_mib=23034),
)


def read(text: str) -> Machine:
    return read_machine(text, file="gpus.csv")


def only(names: str, values: str) -> Gpu:
    (gpu,) = read_csv(values, names=names.split(", ")).gpus
    return gpu


def test_a_query_has_a_gpu_a_line_and_its_driver_in_each() -> None:
    text = (
        "index, name, driver_version, compute_cap, memory.total [MiB], count\n"
        "0, Tesla T4, 535.104.05, 7.5, 15360 MiB, 2\n"
        "3, NVIDIA L4, 535.104.05, 8.9, 23034 MiB, 2\n"
    )
    expected = Machine(driver="535.104.05", count=2, gpus=GPUS, origin="file:gpus.csv")
    assert read(text) == expected
    assert read(text.replace(" MiB,", ",").replace(", ", ",")) == expected


def test_a_query_without_header_needs_the_names_that_were_asked_for() -> None:
    text = "0, Tesla T4, 535.104.05, 7.5, 15360, 2\n3, NVIDIA L4, 535.104.05, 8.9, 23034, 2\n"
    machine = read_csv(text, names=NAMES)
    assert machine == Machine(driver="535.104.05", count=2, gpus=GPUS, origin="nvidia-smi")


def test_a_query_without_the_index_numbers_gpus_as_they_stand() -> None:
    machine = read("name\nTesla T4\nNVIDIA L4\n")
    assert [(gpu.index, gpu.name) for gpu in machine.gpus] == [(0, "Tesla T4"), (1, "NVIDIA L4")]


def test_no_lines_are_no_gpus() -> None:
    assert read_csv("", names=NAMES) == Machine(origin="nvidia-smi")


def test_every_field_that_a_gpu_has_is_read() -> None:
    names = (
        "uuid, pci.bus_id, memory.used, utilization.gpu, mig.mode.current, ecc.mode.current, "
        "ecc.errors.corrected.volatile.total, ecc.errors.uncorrected.volatile.total, "
        "ecc.errors.corrected.aggregate.total, ecc.errors.uncorrected.aggregate.total, "
        "ecc.errors.uncorrected.aggregate.sram.thresholdExceeded, "
        "remapped_rows.correctable, remapped_rows.uncorrectable, "
        "remapped_rows.pending, remapped_rows.failure, "
        "retired_pages.single_bit_ecc.count, retired_pages.double_bit.count, retired_pages.pending, "
        "pcie.link.gen.current, pcie.link.gen.gpumax, pcie.link.gen.hostmax, "
        "pcie.link.width.current, pcie.link.width.max, temperature.gpu, power.draw, "
        "power.limit, enforced.power.limit, clocks.sm, clocks.max.sm, "
        "clocks_event_reasons.active, clocks_event_reasons_counters.sw_power_cap, "
        "fabric.state, gpu_recovery_action"
    )
    values = (
        "GPU-1, 00000000:01:00.0, 5 MiB, 7 %, Enabled, Disabled, 1, 2, 3, 4, Yes, 5, 6, No, Yes, "
        "8, 9, No, 1, 5, 4, 8, 16, 40, 39.17 W, 300.00 W, 250.00 W, 300 MHz, 2145 MHz, "
        "0x0000000000000024, 17 us, Completed, Drain P2P"
    )
    assert only(names, values) == Gpu(
        index=0,
        uuid="GPU-1",
        bus_id="00000000:01:00.0",
        memory_used_mib=5,
        utilization_percent=7,
        mig=True,
        ecc=Ecc(
            enabled=False,
            corrected_volatile=1,
            uncorrected_volatile=2,
            corrected_aggregate=3,
            uncorrected_aggregate=4,
            sram_threshold_exceeded=True,
        ),
        remapped=RemappedRows(correctable=5, uncorrectable=6, pending=False, failure=True),
        retired=RetiredPages(single_bit=8, double_bit=9, pending=False),
        pcie=PcieLink(generation=1, generation_max=4, width=8, width_max=16),
        temperature_c=40,
        power_w=39.17,
        power_limit_w=250.0,
        clock_sm_mhz=300,
        clock_sm_max_mhz=2145,
        throttle=("sw-power-cap", "sw-thermal"),
        throttle_time_us={"sw-power-cap": 17},
        fabric="Completed",
        recovery_action="Drain P2P",
    )


@pytest.mark.parametrize(
    "said",
    [
        "[N/A]",
        "N/A",
        "[Not Supported]",
        "[Unknown Error]",
        "",
        "[Requested functionality has been deprecated]",
    ],
)
def test_what_is_no_value_is_not_said(said: str) -> None:
    names = (
        "utilization.gpu, mig.mode.current, remapped_rows.pending, clocks_event_reasons.active, fabric.state"
    )
    assert only(names, ", ".join([said] * 5)) == Gpu(index=0)


def test_no_recovery_action_is_none() -> None:
    assert only("gpu_recovery_action", "None").recovery_action is None


def test_a_gpu_that_is_lost_or_has_no_name_any_more_cannot_be_read() -> None:
    assert only("name, memory.total", "Tesla T4, [GPU is lost]").lost == "GPU is lost"
    assert only("name, memory.total", "[Unknown Error], [Unknown Error]").lost == "Unknown Error"
    assert only("name, power.draw", "Tesla T4, [Unknown Error]").lost is None


def test_fields_have_had_other_names() -> None:
    names = "gpu_name, gpu_uuid, gpu_bus_id, clocks_throttle_reasons.hw_slowdown, clocks.current.sm"
    assert only(names, "Tesla T4, GPU-1, 00000000:01:00.0, Active, 300") == Gpu(
        index=0,
        name="Tesla T4",
        uuid="GPU-1",
        bus_id="00000000:01:00.0",
        throttle=("hw-slowdown",),
        clock_sm_mhz=300,
    )
    assert only("clocks_throttle_reasons.active", "0x0000000000000008").throttle == ("hw-slowdown",)


def test_r610_may_say_its_driver_as_kmd_version() -> None:
    machine = read_csv("[Deprecated], 610.57.04", names=["driver_version", "kmd_version"])
    assert machine.driver == "610.57.04"


def test_the_system_is_told_by_driver_model_and_persistence_mode() -> None:
    names = ["driver_model.current", "persistence_mode"]
    assert read_csv("WDDM, [N/A]", names=names).system == "windows"
    assert read_csv("[N/A], Enabled", names=names).system == "linux"
    assert read_csv("[N/A], [N/A]", names=names).system is None


def test_a_line_that_is_too_short_leaves_the_rest_unsaid() -> None:
    assert only("index, name, memory.total", "2, Tesla T4") == Gpu(index=2, name="Tesla T4")


def test_a_mask_has_its_reasons_in_the_order_of_the_bits() -> None:
    assert reasons_of_mask(0) == ()
    assert reasons_of_mask(0x1FF) == (
        *("idle", "applications-clocks", "sw-power-cap", "hw-slowdown", "sync-boost"),
        *("sw-thermal", "hw-thermal", "hw-power-brake", "display-clocks"),
    )
    assert reasons_of_mask(0x1000 | 0x40) == ("hw-thermal",)
