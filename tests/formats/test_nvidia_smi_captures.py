"""Captured output of drivers 418 to 610: what each says, and that one machine's forms agree."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from envctl.formats.machine import read_machine
from envctl.model.machine import Ecc, Gpu, Machine, PcieLink, RemappedRows, RetiredPages

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "nvidia-smi"
XML = sorted((FOLDER / "xml").glob("*.xml"))
CAPTURES = sorted((FOLDER / "captures").glob("*.*"))
CLEAN = (True, 0, 0)
"""ECC is on, and has no uncorrected error since the driver was loaded, or at all."""
NO_ECC = (None, None, None)

needs_captures = pytest.mark.skipif(not XML, reason="the captures are not here")


def name_of(file: Path) -> str:
    return file.name


def read(file: Path) -> Machine:
    return read_machine(file.read_text(encoding="utf-8"), file=file.name)


def ecc(gpu: Gpu) -> tuple[bool | None, int | None, int | None]:
    return gpu.ecc.enabled, gpu.ecc.uncorrected_volatile, gpu.ecc.uncorrected_aggregate


# file: driver, CUDA, system, attached GPUs, listed GPUs, name, ECC and MIG of the first GPU
IN_XML = {
    "infra-a100.xml": ("570.148.08", "12.8", "linux", 1, 1, "NVIDIA A100-SXM4-40GB", CLEAN, False),
    "infra-b200.xml": ("580.105.08", "13.0", "linux", 8, 8, "NVIDIA B200", CLEAN, False),
    "infra-h100.xml": ("580.105.08", "13.0", "linux", 8, 8, "NVIDIA H100 80GB HBM3", CLEAN, False),
    "infra-l40s.xml": ("595.91.07", "13.2", "linux", 1, 1, "NVIDIA L40S", CLEAN, None),
    "mock-gb200-ecc-injected.xml": ("580.65.06", "13.0", "linux", 2, 2, "NVIDIA GB200", (True, 5, 8), False),
    "mock-gb200-healthy.xml": ("580.65.06", "13.0", "linux", 2, 2, "NVIDIA GB200", CLEAN, False),
    "mock-gb200-lost.xml": ("580.65.06", "13.0", "linux", 2, 2, "NVIDIA GB200", (True, 5, 8), False),
    "mock-gb200-throttle-counters.xml": ("580.65.06", "13.0", "linux", 2, 2, "NVIDIA GB200", CLEAN, False),
    "telegraf-a100-sxm4-v12.xml": ("535.54.03", "12.2", "linux", 4, 1, "NVIDIA A100-SXM4-80GB", CLEAN, True),
    "telegraf-a10g.xml": ("515.105.01", "11.7", "linux", 1, 1, "NVIDIA A10G", CLEAN, None),
    "telegraf-gtx-1660-ti.xml": ("418.43", "10.1", "linux", 1, 1, "Graphics Device", NO_ECC, None),
    "telegraf-quadro-p2000-v12.xml": ("525.125.06", "12.0", "linux", 1, 1, "Quadro P2000", NO_ECC, None),
    "telegraf-quadro-p400.xml": ("418.43", "10.1", "linux", 1, 1, "Quadro P400", NO_ECC, None),
    "telegraf-rtx-3080-v12.xml": ("536.40", "12.2", "windows", 1, 1, "NVIDIA GeForce RTX 3080", NO_ECC, None),
    "telegraf-rtx-3090-v12.xml": (
        *("525.147.05", "12.0", "linux", 1, 1, "NVIDIA GeForce RTX 3090"),
        *(NO_ECC, None),
    ),
    "telegraf-rtx-4000-sff-ada-v13.xml": (
        *("595.84", "13.2", "linux", 1, 1, "NVIDIA RTX 4000 SFF Ada Generation"),
        *((False, None, None), None),
    ),
}  # fmt: skip


@pytest.mark.parametrize("file", XML, ids=name_of)
def test_an_xml_says_driver_cuda_system_count_names_ecc_and_mig_but_no_compute_capability(file: Path) -> None:
    driver, cuda, system, count, listed, name, first_ecc, mig = IN_XML[file.name]
    machine = read(file)
    assert (machine.driver, machine.cuda, machine.system) == (driver, cuda, system)
    assert (machine.count, len(machine.gpus)) == (count, listed)
    assert [gpu.name for gpu in machine.gpus] == [name] * listed
    assert [gpu.index for gpu in machine.gpus] == list(range(listed))
    assert ecc(machine.gpus[0]) == first_ecc
    assert {gpu.mig for gpu in machine.gpus} == {mig}
    assert {gpu.compute_capability for gpu in machine.gpus} == {None}
    assert machine.origin == f"file:{file.name}"


@dataclass(frozen=True)
class Captured:
    """A machine of which every form was captured, idle and under load."""

    driver: str
    cuda: str
    name: str
    compute_capability: str
    memory_mib: int
    ecc: tuple[bool | None, int | None, int | None] = NO_ECC
    mig: bool | None = None
    profiles: tuple[str, ...] = ()
    instances: tuple[str, ...] = ()
    system: str = "linux"
    in_table: str | None = None
    """The name in the table, where it is cut."""


SUPER = "NVIDIA GeForce RTX 2080 SUPER"
CUT = "NVIDIA GeForce RTX 2080 ..."
H100 = "NVIDIA H100 80GB HBM3"
MACHINES = {
    "linux-geforce-rtx-2080-super-595.71.05": Captured("595.71.05", "13.2", SUPER, "7.5", 8192, in_table=CUT),
    "linux-geforce-rtx-2080-super-610.57.04": Captured("610.57.04", "13.3", SUPER, "7.5", 8192, in_table=CUT),
    "linux-h100-80gb-hbm3-590.48.01": Captured("590.48.01", "13.1", H100, "9.0", 81559, CLEAN, mig=False),
    "linux-h100-mig-590.48.01": Captured(
        *("590.48.01", "13.1", H100, "9.0", 81559, CLEAN),
        mig=True,
        profiles=("3g.40gb", "2g.20gb", "1g.10gb", "1g.10gb"),
        instances=(
            *("GI 2 CI 0 (40448 MiB)", "GI 3 CI 0 (20096 MiB)"),
            *("GI 9 CI 0 (9984 MiB)", "GI 10 CI 0 (9984 MiB)"),
        ),
    ),
    "linux-l40s-595.80": Captured("595.80", "13.2", "NVIDIA L40S", "8.9", 46068, CLEAN),
    "win-geforce-rtx-2080-super-591.86": Captured(
        "591.86", "13.1", SUPER, "7.5", 8192, system="windows", in_table=CUT
    ),
}


def of_form(*endings: str) -> pytest.MarkDecorator:
    files = [file for file in CAPTURES if file.name.endswith(endings)]
    return pytest.mark.parametrize("file", files, ids=name_of)


def captured(file: Path) -> Captured:
    return next(said for stem, said in MACHINES.items() if file.name.startswith(f"{stem}."))


@of_form(".q.txt")
def test_a_listing_says_all_but_the_compute_capability(file: Path) -> None:
    said, machine = captured(file), read(file)
    assert (machine.driver, machine.cuda, machine.system) == (said.driver, said.cuda, said.system)
    assert (machine.count, len(machine.gpus)) == (1, 1)
    gpu = machine.gpus[0]
    assert (gpu.name, gpu.memory_mib, gpu.compute_capability) == (said.name, said.memory_mib, None)
    assert (ecc(gpu), gpu.mig, gpu.mig_devices) == (said.ecc, said.mig, said.instances)


@of_form(".query-gpu.csv", ".query-gpu-load.csv")
def test_a_query_says_the_compute_capability_but_no_cuda(file: Path) -> None:
    said, machine = captured(file), read(file)
    assert (machine.driver, machine.cuda, machine.system) == (said.driver, None, said.system)
    assert (machine.count, len(machine.gpus)) == (1, 1)
    gpu = machine.gpus[0]
    assert (gpu.name, gpu.memory_mib) == (said.name, said.memory_mib)
    assert str(gpu.compute_capability) == said.compute_capability
    assert (ecc(gpu), gpu.mig, gpu.mig_devices) == (said.ecc, said.mig, ())


@of_form(".table.txt", ".table-load.txt")
def test_a_table_says_driver_cuda_and_errors_since_the_driver_was_loaded(file: Path) -> None:
    said, machine = captured(file), read(file)
    assert (machine.driver, machine.cuda, machine.system) == (said.driver, said.cuda, said.system)
    assert (machine.count, len(machine.gpus)) == (None, 1)
    gpu = machine.gpus[0]
    assert (gpu.name, gpu.memory_mib) == (said.in_table or said.name, said.memory_mib)
    counted = None if said.mig else said.ecc[1]
    assert ecc(gpu) == (said.ecc[0], counted, None)
    assert (gpu.compute_capability, gpu.mig, gpu.mig_devices) == (None, said.mig, said.instances)


@of_form(".L.txt")
def test_a_list_says_names_and_profiles(file: Path) -> None:
    said, machine = captured(file), read(file)
    assert (machine.driver, machine.cuda, machine.system, machine.count) == (None, None, None, None)
    (gpu,) = machine.gpus
    assert (gpu.name, gpu.uuid) == (said.name, "GPU-00000000-0000-0000-0000-000000000000")
    assert (gpu.mig, gpu.mig_devices) == (said.mig or None, said.profiles)


@of_form(".version.txt")
def test_the_versions_say_driver_and_cuda(file: Path) -> None:
    said, machine = captured(file), read(file)
    expected = Machine(driver=said.driver, cuda=said.cuda, origin=f"file:{file.name}")
    assert machine == expected


def test_every_capture_has_its_expectations() -> None:
    assert {file.name for file in XML} <= set(IN_XML)
    assert all(any(file.name.startswith(f"{stem}.") for stem in MACHINES) for file in CAPTURES)


@needs_captures
@pytest.mark.parametrize("stem", MACHINES)
def test_the_forms_of_one_machine_agree_on_what_several_of_them_say(stem: str) -> None:
    idle = [
        read(FOLDER / "captures" / f"{stem}.{form}")
        for form in ("q.txt", "query-gpu.csv", "table.txt", "L.txt", "version.txt")
    ]
    gpus = [gpu for machine in idle for gpu in machine.gpus]
    for values in (
        {machine.driver for machine in idle},
        {machine.cuda for machine in idle},
        {machine.system for machine in idle},
        {machine.count for machine in idle},
        {gpu.name for gpu in gpus if not str(gpu.name).endswith("...")},
        {gpu.bus_id for gpu in gpus},
        {gpu.uuid for gpu in gpus},
        {gpu.memory_mib for gpu in gpus},
        {gpu.memory_used_mib for gpu in gpus},
        {gpu.mig for gpu in gpus},
        {gpu.ecc.enabled for gpu in gpus},
        {gpu.ecc.uncorrected_volatile for gpu in gpus},
        {gpu.remapped for gpu in gpus},
        {gpu.pcie.generation_max for gpu in gpus},
        {gpu.clock_sm_max_mhz for gpu in gpus},
        {gpu.power_limit_w for gpu in gpus},
        {gpu.fabric for gpu in gpus},
    ):
        assert len(values - {None}) <= 1


@needs_captures
def test_a_lost_gpu_stands_beside_one_that_answers() -> None:
    sound, lost = read(FOLDER / "xml" / "mock-gb200-lost.xml").gpus
    assert (sound.lost, sound.memory_mib, sound.fabric) == (None, 196608, "Completed")
    assert (lost.lost, lost.memory_mib, lost.fabric) == ("GPU is lost", None, None)
    assert (lost.ecc, lost.remapped) == (Ecc(enabled=True), None)


@needs_captures
def test_an_injected_fault_shows_in_errors_and_rows() -> None:
    faulty, sound = read(FOLDER / "xml" / "mock-gb200-ecc-injected.xml").gpus
    assert faulty.remapped == RemappedRows(correctable=0, uncorrectable=1, pending=False, failure=True)
    assert sound.remapped == RemappedRows(correctable=0, uncorrectable=0, pending=False, failure=False)
    assert sound.ecc.uncorrected_volatile == 0


@needs_captures
def test_throttling_has_its_time_where_the_driver_counts_it() -> None:
    gpu = read(FOLDER / "xml" / "mock-gb200-throttle-counters.xml").gpus[0]
    assert gpu.throttle == ("idle",)
    assert gpu.throttle_time_us["sw-power-cap"] == 39595
    assert set(gpu.throttle_time_us) == {
        *("sw-power-cap", "sync-boost", "sw-thermal", "hw-thermal", "hw-power-brake")
    }
    assert read(FOLDER / "xml" / "mock-gb200-healthy.xml").gpus[0].throttle_time_us == {}


@needs_captures
def test_a_report_in_parts_says_what_was_asked_for_of_every_gpu() -> None:
    machine = read(FOLDER / "page-retirement-8gpu.txt")
    assert (machine.driver, machine.cuda, machine.count, len(machine.gpus)) == ("535.86.10", "12.2", 8, 8)
    assert {gpu.retired for gpu in machine.gpus} == {RetiredPages(single_bit=0, double_bit=0, pending=False)}
    assert machine.gpus[7] == Gpu(
        index=7,
        bus_id="00000008:00:00.0",
        retired=RetiredPages(single_bit=0, double_bit=0, pending=False),
    )


@needs_captures
def test_an_idle_link_is_slower_than_its_most_and_a_host_that_is_not_said_limits_nothing() -> None:
    folder = FOLDER / "xml"
    assert read(folder / "telegraf-rtx-3090-v12.xml").gpus[0].pcie == PcieLink(
        generation=1, generation_max=4, width=16, width_max=16
    )
    assert read(folder / "mock-gb200-healthy.xml").gpus[0].pcie.generation_max == 6  # its host says 0
