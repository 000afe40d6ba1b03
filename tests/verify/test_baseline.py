"""Figures of a machine against its own earlier ones."""

from __future__ import annotations

from measured_case import A100, T4, case, done, judge, product, samples

from envctl.verify.baseline import figures
from envctl.verify.facts import Outcome

FP32 = f"matmul-fp32/tflops_median/cuda:0 {A100}"
FP8 = "matmul-fp8/tflops_median/cuda:0 NVIDIA H100 80GB HBM3"
CPU = "matmul-fp32/tflops_median/cpu"


def copies(to: float, back: float) -> Outcome:
    return done("host-device-bandwidth", to_device_gb_per_s_median=to, from_device_gb_per_s_median=back)


def test_throughput_and_bandwidth_are_kept_by_probe_figure_and_device() -> None:
    measured = case(
        product("fp32", 15.5),
        product("fp32", 4.4, "cuda:1"),
        product("fp8", 1400.0),
        done("memory-bandwidth", gb_per_s_median=1750),
        copies(24.5, 25.5),
        gpus=(A100, T4),
    )
    assert figures(measured.facts) == {
        f"matmul-fp32/tflops_median/cuda:0 {A100}": 15.5,
        f"matmul-fp32/tflops_median/cuda:1 {T4}": 4.4,
        f"matmul-fp8/tflops_median/cuda:0 {A100}": 1400.0,
        f"memory-bandwidth/gb_per_s_median/cuda:0 {A100}": 1750.0,
        f"host-device-bandwidth/to_device_gb_per_s_median/cuda:0 {A100}": 24.5,
        f"host-device-bandwidth/from_device_gb_per_s_median/cuda:0 {A100}": 25.5,
    }


def test_a_cpu_has_figures_too() -> None:
    assert figures(case(product("fp32", 0.09, "cpu", threads=2), gpus=()).facts) == {CPU: 0.09}


def test_what_is_no_figure_or_was_disturbed_is_not_kept() -> None:
    measured = case(
        product("fp32", 9.0, samples=samples(throttle=["hw-thermal"])),
        product("fp16", float("nan")),
        product("bf16", 0.0),
        done("all-reduce", None, bus_gb_per_s_median=230.0),
        done("memory-bandwidth"),
    )
    assert figures(measured.facts) == {}


def test_what_was_kept_is_what_the_same_machine_passes_with() -> None:
    measured = product("fp32", 15.5)
    result = judge("matmul-fp32", case(measured, baseline=figures(case(measured).facts)))
    assert (result.status, result.summary) == (
        "pass",
        "15.5 TFLOPS, 79 % of the published 19.5 TFLOPS, 100 % of the baseline's 15.5 TFLOPS",
    )


def test_below_nine_tenths_of_the_baseline_is_slow_and_below_eight_tenths_a_failure() -> None:
    statuses = [
        judge("matmul-fp32", case(product("fp32", tflops), baseline={FP32: 16.0})).status
        for tflops in (12.7, 12.9, 14.3, 14.5, 30.0)
    ]
    assert statuses == ["fail", "warn", "warn", "pass", "pass"]


def test_the_worse_of_peak_and_baseline_counts() -> None:
    under_the_peak = judge("matmul-fp32", case(product("fp32", 5.0), baseline={FP32: 5.0}))
    assert (under_the_peak.status, under_the_peak.cause and "published" in under_the_peak.cause) == (
        "fail",
        True,
    )
    under_the_baseline = judge("matmul-fp32", case(product("fp32", 15.0), baseline={FP32: 19.0}))
    assert under_the_baseline.status == "fail"
    assert under_the_baseline.summary == (
        "slow: 15 TFLOPS, 76 % of the published 19.5 TFLOPS, 78 % of the baseline's 19 TFLOPS"
    )
    assert "the baseline's 19 TFLOPS, 90 % are expected and 80 % needed" in (under_the_baseline.cause or "")
    assert "--save-baseline" in (under_the_baseline.hint or "")


def test_both_directions_of_a_copy_are_compared_and_the_worse_counts() -> None:
    baseline = figures(case(copies(24.0, 25.0)).facts)
    result = judge("host-device-bandwidth", case(copies(24.0, 12.5), baseline=baseline))
    assert result.status == "fail"
    assert "24 GB/s to the device, 100 % of the baseline's 24 GB/s" in result.summary
    assert "12.5 GB/s from the device, 50 % of the baseline's 25 GB/s" in result.summary


def test_the_baseline_alone_judges_a_cpu() -> None:
    result = judge("matmul-fp32", case(product("fp32", 0.09, "cpu"), gpus=(), baseline={CPU: 0.1}))
    assert (result.status, result.summary) == ("pass", "0.09 TFLOPS, 90 % of the baseline's 0.1 TFLOPS")
    slower = judge("matmul-fp32", case(product("fp32", 0.07, "cpu"), gpus=(), baseline={CPU: 0.1}))
    assert (slower.status, slower.hint and "what else runs" in slower.hint) == ("fail", True)


def test_the_baseline_alone_judges_fp8() -> None:
    h100 = ("NVIDIA H100 80GB HBM3",)
    assert judge("matmul-fp8", case(product("fp8", 900), gpus=h100, baseline={FP8: 1400})).status == "fail"
    assert judge("matmul-fp8", case(product("fp8", 1390), gpus=h100, baseline={FP8: 1400})).status == "pass"


def test_a_figure_that_the_baseline_lacks_is_said_to_be_lacking() -> None:
    other = {f"matmul-fp32/tflops_median/cuda:0 {T4}": 4.0}
    judged = judge("matmul-fp32", case(product("fp32", 15.0), baseline=other))
    assert (judged.status, judged.summary) == (
        "pass",
        "15 TFLOPS, 76 % of the published 19.5 TFLOPS; the baseline has no such figure",
    )
    unjudged = judge("matmul-fp32", case(product("fp32", 0.09, "cpu"), gpus=(), baseline=other))
    assert (unjudged.status, "the baseline has no such figure" in unjudged.summary) == ("skip", True)


def test_clocks_that_were_held_down_excuse_a_figure_below_its_baseline() -> None:
    hot = product("fp32", 15.0, samples=samples(throttle=["sw-thermal"]))
    result = judge("matmul-fp32", case(hot, baseline={FP32: 19.0}))
    assert (result.status, result.summary.startswith("unreliable: ")) == ("warn", True)
