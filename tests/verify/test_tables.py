"""The published tables, and the questions that are put to them."""

from __future__ import annotations

import csv
import typing
from itertools import pairwise
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

import envctl
from envctl.model.machine import ComputeCapability, System
from envctl.verify.tables import Figure, find_gpu, framework_cuda, known_archs, threshold
from envctl.verify.tables.cuda_driver import compat_branches, lowest_driver, matched_driver
from envctl.verify.tables.gpus import GpuModel
from envctl.verify.tables.rows import numbers, rows

FOLDER = Path(envctl.__file__).parent / "verify" / "tables"
TABLES = sorted(file.stem for file in FOLDER.glob("*.csv"))


def capability(name: str) -> str | None:
    gpu = find_gpu(name)
    return str(gpu.compute_capability) if gpu else None


def bf16(name: str) -> float | None:
    gpu = find_gpu(name)
    assert gpu is not None
    return gpu.tflops.get("bf16")


@pytest.mark.parametrize("table", TABLES)
def test_every_row_is_whole_and_says_where_it_comes_from(table: str) -> None:
    with (FOLDER / f"{table}.csv").open(newline="") as file:
        head, *lines = csv.reader(file)
    assert head[-1] == "source"
    assert lines
    for line in lines:
        assert len(line) == len(head)
        assert line[-1].endswith("read November 2026")
    assert len({tuple(line[:-1]) for line in lines}) == len(lines)


def test_the_tables_are_read_as_they_lie_beside_the_package() -> None:
    assert len(TABLES) == 8
    assert rows("gpus") is rows("gpus")


@pytest.mark.parametrize("system", ["linux", "windows"])
def test_newer_toolkits_came_with_newer_drivers(system: System) -> None:
    drivers = [numbers(row[system]) for row in rows("cuda_driver") if row[system]]
    assert all(newer >= older for newer, older in pairwise(drivers))


def test_every_toolkits_driver_is_at_least_its_majors_floor_but_for_the_first_releases() -> None:
    below = {
        (row["cuda"], system)
        for row in rows("cuda_driver")
        for system in typing.get_args(System)
        if row[system]
        and (floor := lowest_driver(row["cuda"], system))
        and numbers(row[system]) < numbers(floor)
    }
    assert below == {
        *(("11.0.2", "linux"), ("11.0.3", "linux")),
        *(("11.0.2", "windows"), ("11.0.3", "windows"), ("12.0.0", "windows")),
    }


@pytest.mark.parametrize(
    ("cuda", "driver"),
    [
        ("12.4", "550.54.14"),
        ("12.4.1", "550.54.15"),
        ("12.4.127", "550.54.15"),  # as the runtime's package counts: the last update
        ("11.0", "450.51.05"),
        ("11.3.1", "465.19.01"),
        ("10.2.89", "440.33"),
        ("12.7", None),
        ("14.0", None),
    ],
)
def test_a_toolkit_without_its_update_is_the_first_release(cuda: str, driver: str | None) -> None:
    assert matched_driver(cuda, "linux") == driver


def test_a_forward_compatibility_package_lists_its_branches() -> None:
    assert compat_branches("13.1.1") == (535, 570, 580)
    assert compat_branches("11.8") is None


@pytest.mark.parametrize("text", ["", "12.", "v12", "12.4-rc", "١٢", "1" * 5000])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no version"):
        numbers(text)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("NVIDIA A100-SXM4-80GB", "8.0"),
        ("NVIDIA H100 80GB HBM3", "9.0"),
        ("NVIDIA L4", "8.9"),
        ("nvidia l40s", "8.9"),
        ("NVIDIA A10", "8.6"),
        ("NVIDIA A10G", "8.6"),
        ("Tesla T4", "7.5"),
        ("T400", "7.5"),
        ("GRID T4-16Q", "7.5"),
        ("Tesla V100-SXM3-32GB", "7.0"),
        ("Quadro P2000", "6.1"),
        ("Quadro RTX 4000", "7.5"),
        ("NVIDIA RTX 4000 SFF Ada Generation", "8.9"),
        ("NVIDIA GeForce RTX 5070 Ti", "12.0"),
        ("NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition", "12.0"),
        ("GeForce GTX TITAN X", "5.2"),
        ("NVIDIA TITAN X (Pascal)", "6.1"),
        ("NVIDIA GB10", "12.1"),
        ("Orin (nvgpu)", "8.7"),
        ("NVIDIA Thor", "11.0"),
        ("NVIDIA RTX 4000", None),  # which generation's?
        ("Graphics Device", None),
        ("NVIDIA A1000000", None),
        ("AMD Instinct MI300X", None),
        ("", None),
    ],
)
def test_a_gpu_is_known_by_the_whole_words_of_its_name(name: str, expected: str | None) -> None:
    assert capability(name) == expected


def test_memory_and_form_decide_about_the_peaks() -> None:
    def memory(name: str) -> float | None:
        gpu = find_gpu(name)
        return gpu.memory_gbps if gpu else None

    assert memory("NVIDIA A100-SXM4-40GB") == memory("NVIDIA A100-PCIE-40GB") == 1555
    assert memory("NVIDIA A100-SXM4-80GB") == memory("A100-SXM-80GB") == 2039
    assert memory("NVIDIA A100 80GB PCIe") == 1935
    assert (bf16("NVIDIA H100 PCIe"), bf16("NVIDIA H100 NVL"), bf16("NVIDIA H100 80GB HBM3")) == (
        *(756, 835.5, 989),
    )
    assert (bf16("NVIDIA L40S"), bf16("NVIDIA L40")) == (362, None)


@pytest.mark.parametrize(
    "name",
    [
        "NVIDIA GeForce RTX 3090 Ti",
        "NVIDIA GeForce RTX 4090 Laptop GPU",
        "NVIDIA GeForce RTX 4090 D",
        "NVIDIA A100-SXM4-40GB MIG 1g.5gb",
        "NVIDIA A100-SXM4-64GB",
        "NVIDIA A10-24Q",
        "NVIDIA H200 NVL",
        "NVIDIA GeForce RTX 2080 ...",
    ],
)
def test_a_variant_has_the_compute_capability_but_no_peak(name: str) -> None:
    gpu = find_gpu(name)
    assert gpu is not None
    assert (dict(gpu.tflops), gpu.memory_gbps) == ({}, None)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("NVIDIA GeForce RTX 2080 ...", ("7.5", "geforce")),
        ("NVIDIA A100-SXM...", ("8.0", "datacenter")),
        ("NVIDIA RTX 4000 SFF Ada ...", ("8.9", "workstation")),
        ("NVIDIA RTX PRO 6000 Blac...", ("12.0", None)),
        ("NVIDIA GeForce GTX 10...", ("6.1", "geforce")),
        ("NVIDIA GeForce ...", None),
        ("...", None),
    ],
)
def test_a_cut_name_is_what_all_that_it_may_stand_for_have_in_common(
    name: str, expected: tuple[str, str | None] | None
) -> None:
    gpu = find_gpu(name)
    assert (gpu and (str(gpu.compute_capability), gpu.kind)) == expected


def test_forward_compatibility_packages_are_for_data_centers_and_jetsons() -> None:
    def taken(name: str) -> bool | None:
        gpu = find_gpu(name)
        assert gpu is not None
        return gpu.forward_compat

    assert (taken("Tesla T4"), taken("Orin"), taken("RTX 3090"), taken("RTX A6000")) == (
        True,
        True,
        False,
        None,
    )


def test_each_row_of_the_gpus_is_found_by_each_of_its_names() -> None:
    kinds = typing.get_args(typing.get_args(typing.get_type_hints(GpuModel)["kind"])[0])
    for row in rows("gpus"):
        assert row["kind"] in kinds
        for name in row["names"].split(" | "):
            gpu = find_gpu(f"NVIDIA {name}")
            assert gpu is not None
            assert (gpu.name, gpu.kind) == (name, row["kind"])
            assert gpu.compute_capability == ComputeCapability.parse(row["compute_capability"])
            assert all(peak == float(row[precision]) for precision, peak in gpu.tflops.items())


def archs(**changes: str | None) -> str | None:
    """Of torch 2.13.0 for CUDA 13.0 from PyPI for Linux on x86, or of what differs from that."""
    usual = {"framework": "torch", "version": "2.13.0", "cuda": "13.0", "manager": "pip"}
    here = {"channel": None, "platform": "linux-64"}
    found = known_archs(**{**usual, **here, **changes})  # type: ignore[arg-type]
    return " ".join(found[0]) if found else None


def test_the_archs_of_a_published_build_are_known() -> None:
    assert archs() == "sm_75 sm_80 sm_86 sm_90 sm_100 sm_120"
    assert archs(version="2.13.0+cu130", cuda="13.0.2") == archs()
    assert archs(cuda="12.6") == "sm_50 sm_60 sm_70 sm_75 sm_80 sm_86 sm_90"
    assert archs(platform="win-64") == "sm_75 sm_80 sm_86 sm_90 sm_100 sm_120"
    assert archs(platform="linux-aarch64") == "sm_80 sm_90 sm_100 sm_110 sm_120 compute_120"
    conda = archs(manager="conda", channel="conda-forge")
    assert conda == "sm_75 sm_80 sm_86 sm_90 sm_100 sm_110 sm_120 compute_120"
    tensorflow = archs(framework="tensorflow", version="2.20.0", cuda="12.5")
    assert tensorflow == "sm_60 sm_70 sm_80 sm_89 compute_90"


@pytest.mark.parametrize(
    "changes",
    [
        {"version": "2.15.0"},
        {"version": "2.9.1"},
        {"version": "own"},
        {"cuda": "13.1"},
        {"cuda": "newest"},
        {"platform": "osx-arm64"},
        {"manager": "conda"},
        {"manager": "conda", "channel": "pytorch"},
        {"framework": "tensorflow"},
    ],
)
def test_the_archs_of_any_other_build_are_not_guessed(changes: dict[str, str]) -> None:
    assert archs(**changes) is None


@pytest.mark.parametrize(
    ("version", "published", "pypi"),
    [
        ("2.14.1", ("12.6", "13.0", "13.2"), "13.0"),
        ("2.11.0", ("12.6", "12.8", "13.0"), "13.0"),
        ("2.10.0", ("12.6", "12.8", "13.0"), "12.8"),
        ("2.6.0+cu124", ("11.8", "12.4", "12.6"), "12.4"),
        ("2.5.1", ("11.8", "12.1", "12.4"), "12.4"),
        ("2.1.0", ("11.8", "12.1"), "12.1"),
        ("2.0.1", ("11.7", "11.8"), "11.7"),
        ("2.15.0", (), "13.2"),
        ("1.12.1", ("11.3", "11.6"), None),
    ],
)
def test_the_cuda_versions_of_torch_are_published(
    version: str, published: tuple[str, ...], pypi: str | None
) -> None:
    found = framework_cuda("torch", version)
    assert found is not None
    assert (found.cuda, found.pypi) == (published, pypi)


def test_the_cuda_and_cudnn_versions_of_tensorflow_are_published() -> None:
    found = [framework_cuda("tensorflow", version) for version in ("2.20.0", "2.15.1", "2.11.0", "2.22.0rc1")]
    assert [one and (one.cuda, one.cudnn) for one in found] == [
        *((("12.5",), "9.3"), (("12.2",), "8.9"), (("11.2",), "8.1"), None),
    ]


def test_a_version_that_nobody_published_is_not_guessed() -> None:
    assert framework_cuda("torch", "3.0") is framework_cuda("torch", "mine") is None


@pytest.mark.parametrize("table", ["framework_cuda", "framework_archs"])
def test_ranges_and_versions_of_frameworks_can_be_read(table: str) -> None:
    for row in rows(table):
        assert SpecifierSet(row["versions"])
        assert all(numbers(cuda) for cuda in row["cuda"].split())


def test_every_figure_has_one_threshold_that_warns_before_it_fails() -> None:
    figures = typing.get_args(Figure)
    assert [row["figure"] for row in rows("thresholds") if not row["gpus"]] == list(figures)
    for figure in figures:
        found = threshold(figure)
        assert 0 < found.fail < found.warn < 1
    assert (threshold("fp32").fail, threshold("memory").warn) == (0.30, 0.70)


def test_cards_that_a_power_cap_holds_down_have_limits_of_their_own() -> None:
    for row in rows("thresholds"):
        for name in filter(None, row["gpus"].split(" | ")):
            gpu = find_gpu(name)
            assert gpu is not None
            assert gpu.name == name
    # what a sound T4 reaches
    assert threshold("fp16", "T4").warn < 24 / 65 < threshold("fp16").warn
    assert threshold("fp16", "A100 80GB SXM") == threshold("fp16")
