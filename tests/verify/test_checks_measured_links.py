"""The ways into a GPU and between GPUs: PCIe link, copies, peers, the sum over all of them."""

from __future__ import annotations

from typing import Any

import pytest
from measured_case import A100, H100, LINK, T4, case, done, failed, judge, samples, unavailable

from envctl.model.machine import PcieLink
from envctl.verify.facts import Outcome


def copies(to: float, back: float | None = None, *, device: str = "cuda:0", **link: Any) -> Outcome:
    """Copies while the link was this."""
    return done(
        "host-device-bandwidth",
        device,
        to_device_gb_per_s_median=to,
        from_device_gb_per_s_median=to if back is None else back,
        pinned=True,
        samples=samples(**link) if link else None,
    )


def on(generation: int | None, width: int | None) -> dict[str, Any]:
    return {"pcie_generation_max": generation, "pcie_width_max": width}


def pair(sender: int, receiver: int, **changes: Any) -> dict[str, Any]:
    sound = {"access": True, "mismatches": 0, "gb_per_s_median": 230.4}
    return {"from": f"cuda:{sender}", "to": f"cuda:{receiver}", **sound, **changes}


@pytest.mark.parametrize(
    ("generation", "width", "gb_per_s", "status"),
    [
        (1, 16, 1.5, "fail"),  # 0.40 of 4 is 1.6
        (3, 8, 3.1, "fail"),  # 0.40 of 7.88 is 3.15
        (3, 16, 6.3, "fail"),  # 0.40 of 15.76 is 6.304
        (3, 16, 6.4, "warn"),
        (3, 16, 8.6, "warn"),  # 0.55 of 15.76 is 8.668
        (3, 16, 8.7, "pass"),
        (4, 16, 12.5, "fail"),  # 0.40 of 31.504 is 12.6
        (4, 16, 17.4, "pass"),  # 0.55 of 31.504 is 17.33
        (5, 16, 34.6, "warn"),  # 0.55 of 63.008 is 34.65
        (5, 16, 55.0, "pass"),
        (6, 16, 48.5, "warn"),  # 0.40 of 121.008 is 48.40
    ],
)
def test_copies_are_held_against_the_link_as_it_was_meanwhile(
    generation: int, width: int, gb_per_s: float, status: str
) -> None:
    result = judge("host-device-bandwidth", case(copies(gb_per_s, **on(generation, width))))
    assert result.status == status


def test_a_copy_tells_both_directions_and_the_worse_one_counts() -> None:
    result = judge("host-device-bandwidth", case(copies(24.6, 12.0, **on(4, 16)), gpus=(A100,)))
    assert (result.status, result.summary) == (
        "fail",
        "24.6 GB/s to the device, 78 % of the 31.5 GB/s of PCIe 4 x16; "
        "slow: 12 GB/s from the device, 38 % of the 31.5 GB/s of PCIe 4 x16",
    )
    assert "Azure" in (result.cause or "")


@pytest.mark.parametrize("link", [{}, on(None, 16), on(4, None), on(9, 16)])
def test_a_link_that_was_not_sampled_leaves_copies_without_a_verdict(link: dict[str, Any]) -> None:
    result = judge("host-device-bandwidth", case(copies(24.6, **link)))
    assert result.status == "skip"
    assert "the PCIe link during the copies is not known" in result.summary


def test_a_mig_instance_shares_its_link_so_that_its_copies_have_no_verdict() -> None:
    instance = ("NVIDIA A100-SXM4-80GB MIG 1g.10gb",)
    result = judge("host-device-bandwidth", case(copies(3.0, **on(4, 16)), gpus=instance))
    assert (result.status, "MIG instances share" in result.summary) == ("skip", True)


def test_a_cpu_has_no_device_to_copy_to() -> None:
    result = judge(
        "host-device-bandwidth", case(unavailable("host-device-bandwidth", "a CPU has none", "cpu"))
    )
    assert (result.status, result.summary) == ("skip", "a CPU has none")


@pytest.mark.parametrize(
    ("link", "status", "summary"),
    [
        (on(4, 16), "pass", "PCIe 4 x16 during copies, the most possible"),
        (on(4, 8), "warn", "PCIe 4 x8 during copies, where PCIe 4 x16 is possible"),
        (on(3, 16), "warn", "PCIe 3 x16 during copies, where PCIe 4 x16 is possible"),
        (on(None, 16), "skip", "the link was not sampled during the copies"),
        ({}, "skip", "the link was not sampled during the copies"),
    ],
)
def test_a_link_must_be_what_gpu_and_slot_allow(link: dict[str, Any], status: str, summary: str) -> None:
    result = judge("pcie-link", case(copies(20.0, **link), described={"pcie": LINK}))
    assert (result.status, result.summary) == (status, summary)


def test_a_link_that_is_slow_at_rest_is_not_looked_at() -> None:
    at_rest = PcieLink(generation=1, generation_max=4, width=16, width_max=16)
    assert judge("pcie-link", case(copies(24.0, **on(4, 16)), described={"pcie": at_rest})).status == "pass"


def test_a_virtual_machine_may_not_say_what_its_link_allows() -> None:
    result = judge("pcie-link", case(copies(24.0, **on(4, 16))))
    assert (result.status, result.summary) == (
        "skip",
        "PCIe 4 x16 during copies; what is possible is not known",
    )


def test_the_narrowest_link_of_several_gpus_is_named() -> None:
    outcomes = [copies(24.0, **on(4, 16)), copies(11.0, device="cuda:1", **on(4, 8))]
    result = judge("pcie-link", case(*outcomes, gpus=(A100, A100), described={"pcie": LINK}))
    assert (result.status, result.summary.startswith(f"cuda:1 {A100}: PCIe 4 x8")) == ("warn", True)
    assert "slot" in (result.hint or "")


def test_peers_that_copy_rightly_pass_and_their_bandwidth_gets_no_verdict() -> None:
    pairs = [pair(0, 1), pair(1, 0, gb_per_s_median=0.5)]
    result = judge("peer-access", case(done("peer-access", None, pairs=pairs), gpus=(H100, H100)))
    assert (result.status, result.summary) == (
        "pass",
        "2 pairs copy rightly, 2 of them directly, 0.5 GB/s at least",
    )
    assert result.measured["devices"]["all"]["pairs"] == pairs


def test_peers_without_direct_access_are_told_and_not_judged() -> None:
    pairs = [pair(0, 1, access=False), pair(1, 0, access=False)]
    result = judge("peer-access", case(done("peer-access", None, pairs=pairs), gpus=(T4, T4)))
    assert (result.status, "0 of them directly" in result.summary) == ("pass", True)
    assert "through the machine's memory" in (result.cause or "")


def test_a_copy_between_peers_that_arrives_changed_fails_and_names_them() -> None:
    pairs = [pair(0, 1), pair(1, 0, mismatches=12)]
    result = judge("peer-access", case(done("peer-access", None, pairs=pairs), gpus=(A100, A100)))
    assert (result.status, result.summary) == ("fail", "copies arrive changed: cuda:1 to cuda:0")
    assert "IOMMU" in (result.hint or "")


def test_a_copy_that_was_not_read_back_is_an_error() -> None:
    outcome = done("peer-access", None, pairs=[pair(0, 1, mismatches=None)])
    assert judge("peer-access", case(outcome)).status == "error"


def test_one_gpu_has_no_peer() -> None:
    assert judge("peer-access", case(done("peer-access", None, pairs=[]))).status == "skip"
    alone = unavailable("peer-access", "needs two GPUs", None)
    assert judge("peer-access", case(alone)).summary == "needs two GPUs"


def test_a_sum_over_all_gpus_that_is_exact_passes_whatever_its_bandwidth() -> None:
    outcome = done("all-reduce", None, backend="nccl", ranks=8, exact=True, bus_gb_per_s_median=231.4)
    result = judge("all-reduce", case(outcome, gpus=(A100,) * 8))
    assert (result.status, result.summary) == (
        "pass",
        "the sum over 8 devices is exact with nccl, 231 GB/s of bus bandwidth",
    )


def test_a_sum_that_is_wrong_fails() -> None:
    outcome = done("all-reduce", None, backend="nccl", ranks=2, exact=False, bus_gb_per_s_median=231.4)
    result = judge("all-reduce", case(outcome, gpus=(A100, A100)))
    assert (result.status, result.summary) == ("fail", "the sum over 2 devices is wrong with nccl")


def test_a_sum_that_hangs_is_an_error_and_one_that_says_nothing_too() -> None:
    hung = judge("all-reduce", case(failed("all-reduce", "did not end within 60 s and was stopped", None)))
    assert (hung.status, hung.cause) == ("error", "did not end within 60 s and was stopped")
    assert judge("all-reduce", case(done("all-reduce", None, backend="nccl", ranks=2))).status == "error"
