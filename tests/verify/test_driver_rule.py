"""Whether a driver runs a CUDA version: the published rules, row by row."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envctl.model.machine import System
from envctl.verify.driver_rule import judge_cuda_api, judge_driver
from envctl.verify.tables.rows import numbers, rows

# Each row is judged by hand from the release notes: the toolkit's own driver and newer ones
# match, older ones down to the major version's floor have limits, those below are too old.
LINUX = [
    ("610.43.02", "13.3", "matched"),
    ("610.43.02", "13.3.1", "matched"),
    ("610.57.04", "13.0", "matched"),
    ("595.71.05", "13.2.2", "matched"),
    ("595.71.05", "13.3", "minor"),
    ("595.58.03", "13.2.2", "minor"),
    ("595.58.03", "13.2.1", "matched"),
    ("590.48.01", "13.1", "matched"),
    ("580.95.05", "13.0.2", "matched"),
    ("580.82.07", "13.0.2", "minor"),
    ("580.65.06", "13.0", "matched"),
    ("580.65.06", "13.2", "minor"),
    ("580.65.05", "13.0", "too-old"),
    ("575.57.08", "13.0", "too-old"),
    ("535.274.02", "13.0", "too-old"),
    ("580.65.06", "12.9", "matched"),
    ("575.51.03", "12.9", "matched"),
    ("575.51.03", "12.9.1", "minor"),
    ("570.26", "12.8", "matched"),
    ("570.124.06", "12.8.1", "matched"),
    ("570.86.15", "12.8.1", "minor"),
    ("560.35.05", "12.6", "matched"),
    ("560.35.03", "12.6.3", "minor"),
    ("555.42.02", "12.5", "matched"),
    ("550.54.15", "12.4.1", "matched"),
    ("550.54.14", "12.4", "matched"),
    ("550.54.14", "12.6", "minor"),
    ("535.104.05", "12.4", "minor"),
    ("535.54.03", "12.2", "matched"),
    ("530.30.02", "12.1", "matched"),
    ("525.60.13", "12.0", "matched"),
    ("525.60.13", "12.9", "minor"),
    ("525.60.12", "12.1", "too-old"),
    ("520.61.05", "12.0", "too-old"),
    ("470.256.02", "12.4", "too-old"),
    ("470.256.02", "11.8", "minor"),
    ("520.61.05", "11.8", "matched"),
    ("520.61.05", "11.8.0", "matched"),
    ("470.42.01", "11.4", "matched"),
    ("460.27.03", "11.2", "matched"),
    ("450.80.02", "11.8", "minor"),
    ("450.51.06", "11.1", "too-old"),
    ("450.51.06", "11.0.3", "matched"),
    ("450.51.05", "11.0", "matched"),
    ("440.33", "11.0", "too-old"),
    ("440.33", "10.2", "matched"),
    ("418.39", "10.2", "too-old"),
    ("610.43.02", "10.2", "matched"),
]
WINDOWS = [
    ("576.57", "12.9.1", "matched"),
    ("576.02", "12.9.1", "minor"),
    ("551.61", "12.4", "matched"),
    ("551.61", "12.4.1", "minor"),
    ("528.33", "12.0.1", "matched"),
    ("528.33", "12.6", "minor"),
    ("528.32", "12.6", "too-old"),
    ("527.41", "12.0", "matched"),
    ("527.41", "12.1", "too-old"),
    ("520.06", "11.8", "matched"),
    ("496.04", "11.5", "matched"),
    ("452.39", "11.8", "minor"),
    ("452.38", "11.8", "too-old"),
    ("451.48", "11.0", "matched"),
    ("441.22", "10.2", "matched"),
    ("441.21", "10.2", "too-old"),
    ("581.15", "13.0", "unknown"),
]
UNLISTED = [
    ("570.26", "12.7", "matched"),  # there was no 12.7, but 12.8 is newer and came with this driver
    ("565.57.01", "12.7", "minor"),
    ("525.60.12", "12.7", "too-old"),
    ("615.71.09", "13.9", "minor"),
    ("575.57.08", "13.9", "too-old"),
    ("615.71.09", "14.0", "unknown"),
]
WORSE_TO_BETTER = ("too-old", "minor", "matched")


@pytest.mark.parametrize(("driver", "cuda", "kind"), LINUX + UNLISTED)
def test_a_driver_for_linux_is_judged_by_the_release_notes(driver: str, cuda: str, kind: str) -> None:
    assert judge_driver(driver, cuda, system="linux").kind == kind


@pytest.mark.parametrize(("driver", "cuda", "kind"), WINDOWS)
def test_a_driver_for_windows_is_judged_by_the_release_notes(driver: str, cuda: str, kind: str) -> None:
    assert judge_driver(driver, cuda, system="windows").kind == kind


def test_a_verdict_names_the_drivers_that_it_was_held_against() -> None:
    verdict = judge_driver("535.104.05", "12.4", system="linux")
    assert (verdict.needed, verdict.floor) == ("550.54.14", "525.60.13")
    assert (
        verdict.reason == "driver 535.104.05 runs any CUDA 12, but was released before CUDA 12.4 (550.54.14)"
    )
    too_old = judge_driver("470.82.01", "12.4", system="linux")
    assert too_old.reason == "CUDA 12.4 needs driver 525.60.13 or newer, and this is 470.82.01"


@pytest.mark.parametrize(
    ("driver", "cuda"), [("N/A", "12.4"), ("", "12.4"), ("535.54", "twelve"), ("535", "12")]
)
def test_what_is_no_version_is_not_judged(driver: str, cuda: str) -> None:
    assert judge_driver(driver, cuda, system="linux").kind == "unknown"


@pytest.mark.parametrize(
    ("driver_cuda", "cuda", "kind"),
    [
        ("12.4", "12.4", "matched"),
        ("12.4", "12.4.1", "matched"),
        ("12.2", "12.4", "minor"),
        ("12.10", "12.9", "matched"),
        ("12.9", "11.8", "matched"),
        ("11.8", "12.0", "too-old"),
        ("12.9", "13.0", "too-old"),
        ("10.1", "10.2", "too-old"),
        ("11.0", "11.8", "minor"),
        ("15.0", "14.2", "matched"),
        ("N/A", "12.4", "unknown"),
        ("12", "12.4", "unknown"),
    ],
)
def test_a_driver_of_which_only_the_cuda_version_is_known(driver_cuda: str, cuda: str, kind: str) -> None:
    assert judge_cuda_api(driver_cuda, cuda).kind == kind


@pytest.mark.parametrize(
    ("driver_cuda", "cuda", "kind"),
    [("13.0", "13.0", "matched"), ("13.0", "13.1", "minor"), ("12.9", "13.0", "too-old")],
)
def test_where_no_driver_is_published_what_the_driver_knows_decides(
    driver_cuda: str, cuda: str, kind: str
) -> None:
    assert judge_driver("581.15", cuda, system="windows", driver_cuda=driver_cuda).kind == kind


def test_a_published_driver_counts_for_more_than_what_the_driver_knows() -> None:
    assert judge_driver("525.60.12", "12.4", system="linux", driver_cuda="12.9").kind == "too-old"


@pytest.mark.parametrize(
    ("driver", "package", "kind"),
    [
        ("535.104.05", "13.3", "forward-compat"),
        ("535.104.05", "12.4", "forward-compat"),
        ("570.26", "13.0", "forward-compat"),
        ("580.65.06", "13.0", "compat-unsupported"),  # an old package on a newer driver
        ("550.54.14", "12.8", "compat-unsupported"),
        ("610.43.02", "13.4", "forward-compat"),
        ("470.82.01", "12.4", "compat-unsupported"),
        ("535.104.05", "13.5", "unknown"),
    ],
)
def test_a_forward_compatibility_package_works_on_the_branches_it_was_made_for(
    driver: str, package: str, kind: str
) -> None:
    assert judge_driver(driver, package, system="linux", compat=True, datacenter=True).kind == kind


def test_a_forward_compatibility_package_is_for_data_center_gpus() -> None:
    verdict = judge_driver("535.104.05", "12.4", system="linux", compat=True, datacenter=False)
    assert (verdict.kind, verdict.reason) == (
        "compat-unsupported",
        "forward compatibility is for data center GPUs, and this is none",
    )


def test_where_the_gpu_is_not_known_nobody_can_tell_whether_it_takes_the_package() -> None:
    verdict = judge_driver("535.104.05", "12.4", system="linux", compat=True)
    assert verdict.kind == "unknown"
    assert verdict.reason.endswith("and on data center GPUs: which this is, is not known")


def test_a_package_of_another_cuda_version_is_judged_as_that_one() -> None:
    def kind(package: str, cuda: str) -> str:
        return judge_driver(
            "570.26", cuda, system="linux", compat=True, compat_cuda=package, datacenter=True
        ).kind

    assert kind("13.0", "12.9") == "forward-compat"
    assert kind("12.9", "13.0") == "too-old"
    assert kind("12.8", "12.9") == "compat-unsupported"


@pytest.mark.parametrize("system", ["linux", "windows"])
@pytest.mark.parametrize("cuda", sorted({row["cuda"] for row in rows("cuda_driver")}, key=numbers))
def test_each_toolkit_is_matched_by_its_own_driver(cuda: str, system: System) -> None:
    (row,) = (row for row in rows("cuda_driver") if row["cuda"] == cuda)
    if driver := row[system]:
        assert judge_driver(driver, cuda, system=system).kind == "matched"


VERSIONS = st.tuples(st.integers(400, 700), st.integers(0, 300), st.integers(0, 10))


@given(
    drivers=st.lists(VERSIONS, min_size=2, max_size=2).map(sorted),
    cuda=st.tuples(st.integers(10, 13), st.integers(0, 9)),
    system=st.sampled_from(["linux", "windows"]),
)
def test_a_newer_driver_never_makes_a_verdict_worse(
    drivers: list[tuple[int, ...]], cuda: tuple[int, int], system: System
) -> None:
    older, newer = (
        judge_driver(".".join(map(str, driver)), f"{cuda[0]}.{cuda[1]}", system=system).kind
        for driver in drivers
    )
    if "unknown" in {older, newer}:  # no driver is published: only one for a newer CUDA says something
        assert (older, newer) != ("matched", "unknown")
    else:
        assert WORSE_TO_BETTER.index(older) <= WORSE_TO_BETTER.index(newer)
