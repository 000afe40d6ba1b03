"""Throughput and memory bandwidth, held against the GPU's published peak."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from measured_case import A100, H100, T4, case, done, judge, product, samples, unavailable

from envctl.model.report import Status

HOT = samples(throttle=["hw-slowdown", "hw-thermal"])
ORDER: tuple[Status, ...] = ("fail", "warn", "pass")


@pytest.mark.parametrize(
    ("gpu", "precision", "tflops", "status"),
    [
        (T4, "fp32", 1.21, "fail"),  # 0.15 of 8.1 is 1.215
        (T4, "fp32", 1.22, "warn"),
        (T4, "fp32", 2.02, "warn"),  # 0.25 of 8.1 is 2.025
        (T4, "fp32", 2.03, "pass"),
        (T4, "fp16", 9.7, "fail"),  # 0.15 of 65 is 9.75
        (T4, "fp16", 24, "pass"),  # what a sound one reaches
        (A100, "fp32", 5.84, "fail"),  # 0.30 of 19.5 is 5.85
        (A100, "fp32", 5.86, "warn"),
        (A100, "tf32", 70.1, "warn"),  # 0.45 of 156 is 70.2
        (A100, "tf32", 70.3, "pass"),
        (A100, "bf16", 271, "pass"),
        (H100, "bf16", 296, "fail"),  # 0.30 of 989 is 296.7
        (H100, "bf16", 444, "warn"),  # 0.45 of 989 is 445.05
        (H100, "fp16", 446, "pass"),
    ],
)
def test_a_product_is_held_against_the_published_dense_peak(
    gpu: str, precision: str, tflops: float, status: str
) -> None:
    assert judge(f"matmul-{precision}", case(product(precision, tflops), gpus=(gpu,))).status == status


def test_a_low_clock_excuses_no_slow_copy() -> None:
    slow = done("memory-bandwidth", gb_per_s_median=100, samples=samples(clock_sm_mhz_median=210))
    assert judge("memory-bandwidth", case(slow, gpus=(A100,))).status == "fail"


@pytest.mark.parametrize(
    ("gpu", "gb_per_s", "status"),
    [
        (T4, 175, "fail"),  # 0.55 of 320 is 176
        (T4, 223, "warn"),  # 0.70 of 320 is 224
        (T4, 225, "pass"),
        (A100, 1121, "fail"),  # 0.55 of 2039 is 1121.45
        (A100, 1427, "warn"),  # 0.70 of 2039 is 1427.3
        (A100, 1750, "pass"),
        (H100, 1842, "fail"),  # 0.55 of 3350 is 1842.5
        (H100, 2344, "warn"),  # 0.70 of 3350 is 2345
        (H100, 2346, "pass"),
    ],
)
def test_memory_bandwidth_is_held_against_the_published_one(gpu: str, gb_per_s: float, status: str) -> None:
    outcome = done("memory-bandwidth", gb_per_s_median=gb_per_s)
    assert judge("memory-bandwidth", case(outcome, gpus=(gpu,))).status == status


def test_a_pass_says_how_much_of_what_was_reached() -> None:
    result = judge("matmul-fp32", case(product("fp32", 15.07)))
    assert result.summary == "15.1 TFLOPS, 77 % of the published 19.5 TFLOPS"
    assert (result.cause, result.hint) == (None, None)


def test_a_slow_gpu_gets_the_limits_their_source_and_what_it_was_like_meanwhile() -> None:
    outcome = product("fp32", 5.1, samples=samples(throttle=["sw-power-cap"], clock_sm_mhz_median=900))
    result = judge("matmul-fp32", case(outcome))
    assert (result.status, result.summary) == ("fail", "slow: 5.1 TFLOPS, 26 % of the published 19.5 TFLOPS")
    assert result.cause is not None
    expected, meanwhile = result.cause.splitlines()
    assert expected.startswith("of the published 19.5 TFLOPS, 45 % are expected and 30 % needed: ")
    assert "DCGM" in expected
    assert meanwhile == "meanwhile: clock 900 MHz, 310 W, sw-power-cap"
    assert "nvidia-smi" in (result.hint or "")


def test_everything_measured_is_kept_with_what_it_was_held_against() -> None:
    result = judge("matmul-fp32", case(product("fp32", 15.6, repeats=24)))
    device = result.measured["devices"]["cuda:0"]
    assert (device["name"], device["status"], device["repeats"]) == (f"cuda:0 {A100}", "pass", 24)
    against = device["against"]["tflops_median"]
    assert (against["limit"], against["fail_below"], against["warn_below"]) == (19.5, 0.30, 0.45)
    assert against["fraction"] == pytest.approx(0.8)
    assert "ml-engineering" in against["limit_source"]
    assert "DCGM" in against["thresholds_source"]


def test_a_percentage_is_rounded_down_so_that_a_miss_does_not_look_like_a_hit() -> None:
    result = judge("matmul-fp32", case(product("fp32", 8.77)))
    assert (result.status, "44 % of" in result.summary) == ("warn", True)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (product("fp32", 5.1, samples=HOT), "hw-slowdown, hw-thermal"),
        (product("fp32", 8.0, samples=samples(throttle=["sw-thermal", "sw-power-cap"])), "sw-thermal"),
        (product("fp32", 8.0, samples=samples(throttle=["hw-power-brake"])), "hw-power-brake"),
        (product("fp32", 8.0, samples=samples(clock_sm_mhz_median=1050)), "1050 of 1410 MHz"),
    ],
)
def test_a_miss_with_clocks_held_down_is_unreliable_and_not_slow(outcome: Any, words: str) -> None:
    result = judge("matmul-fp32", case(outcome))
    assert result.status == "warn"
    assert result.summary.startswith(f"unreliable: the clocks were held down ({words}): ")
    assert "throttling" in (result.hint or "")


def test_a_power_cap_makes_no_figure_unreliable() -> None:
    capped = samples(throttle=["sw-power-cap"], clock_sm_mhz_median=700)
    assert judge("matmul-fp32", case(product("fp32", 5.1, samples=capped))).status == "fail"


def test_clocks_that_were_held_down_do_not_matter_where_the_peak_is_neared_all_the_same() -> None:
    assert judge("matmul-fp32", case(product("fp32", 15.0, samples=HOT))).status == "pass"


@pytest.mark.parametrize(
    ("gpu", "why"),
    [
        ("NVIDIA Future 9000", "no published peak for NVIDIA Future 9000 in fp32"),
        ("NVIDIA GeForce RTX 3090", "no published peak for NVIDIA GeForce RTX 3090 in fp32"),
        (
            "NVIDIA GeForce RTX 4090 Laptop GPU",
            "no published peak for NVIDIA GeForce RTX 4090 Laptop GPU in fp32",
        ),
        ("NVIDIA A100-SXM4-80GB MIG 3g.40gb", "a MIG instance has no published peak"),
    ],
)
def test_a_gpu_without_a_published_peak_is_measured_and_gets_no_verdict(gpu: str, why: str) -> None:
    result = judge("matmul-fp32", case(product("fp32", 41.23), gpus=(gpu,)))
    assert (result.status, result.summary) == ("skip", f"measured 41.2 TFLOPS, not judged: {why}")
    assert result.measured["devices"]["cuda:0"]["tflops_median"] == 41.23


def test_a_gpu_in_mig_mode_is_not_judged_even_where_its_instance_has_the_whole_ones_name() -> None:
    result = judge("matmul-fp32", case(product("fp32", 2.0), described={"mig": True}))
    assert (result.status, "MIG" in result.summary) == ("skip", True)


def test_which_gpu_it_is_may_not_be_known() -> None:
    result = judge("matmul-fp32", case(product("fp32", 2.0, "cuda:5"), gpus=(A100, T4)))
    assert (result.status, "which GPU it is" in result.summary) == ("skip", True)


def test_a_machine_with_one_kind_of_gpu_leaves_no_doubt() -> None:
    assert judge("matmul-fp32", case(product("fp32", 15.0, "cuda:5"), gpus=(A100, A100))).status == "pass"


def test_a_cpu_is_measured_and_compared_with_nothing() -> None:
    result = judge("matmul-fp32", case(product("fp32", 0.0897, "cpu", threads=2), gpus=()))
    assert (result.status, result.summary) == (
        "skip",
        "measured 0.0897 TFLOPS on 2 threads, not judged: "
        "a CPU is compared with a baseline only (--baseline)",
    )


def test_fp8_is_told_and_never_held_against_a_peak() -> None:
    result = judge("matmul-fp8", case(product("fp8", 3.0), gpus=(H100,)))
    assert (result.status, result.summary) == (
        "skip",
        "measured 3 TFLOPS, not judged: there is no threshold for fp8",
    )


def test_a_precision_that_the_gpu_does_not_have_is_skipped_with_the_reason() -> None:
    outcome = unavailable("matmul-bf16", "compute capability 7.5 has no bf16")
    result = judge("matmul-bf16", case(outcome, gpus=(T4,)))
    assert (result.status, result.summary) == ("skip", "compute capability 7.5 has no bf16")


@pytest.mark.parametrize("tflops", [None, "fast", float("nan"), float("inf"), True])
def test_a_result_without_a_figure_is_an_error(tflops: Any) -> None:
    result = judge("matmul-fp32", case(product("fp32", tflops)))
    assert (result.status, result.summary) == ("error", "the result of matmul-fp32 has no tflops_median")


@given(
    figures=st.tuples(*[st.floats(0, 2000)] * 2).map(sorted),
    before=st.none() | st.floats(0.01, 2000),
    disturbed=st.booleans(),
    gpu=st.sampled_from([T4, A100, H100]),
)
def test_a_higher_figure_never_makes_a_verdict_worse(
    figures: list[float], before: float | None, disturbed: bool, gpu: str
) -> None:
    baseline = {} if before is None else {f"matmul-fp16/tflops_median/cuda:0 {gpu}": before}
    lower, higher = (
        judge(
            "matmul-fp16",
            case(
                product("fp16", tflops, samples=HOT if disturbed else samples()),
                gpus=(gpu,),
                baseline=baseline,
            ),
        ).status
        for tflops in figures
    )
    assert ORDER.index(lower) <= ORDER.index(higher)
