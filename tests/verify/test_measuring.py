"""How work is timed, and what a GPU's samples say of it."""

from __future__ import annotations

import time
from itertools import cycle

import pytest

from envctl.verify.probes import measuring
from envctl.verify.probes.measuring import Timing, measure
from envctl.verify.probes.sampler import Sample, Sampler, sampler_of


def test_work_is_repeated_twenty_times_after_a_warm_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "WARM_UP_S", {"cpu": 0.05})
    calls: list[float] = []
    timing = measure(lambda: calls.append(time.perf_counter()), "cpu", seconds=0)
    assert len(timing.times_s) == 20
    assert calls[-20] - calls[0] >= 0.04
    assert (timing.flushed_bytes, timing.samples) == (0, None)


def test_fast_work_is_repeated_for_the_time_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "WARM_UP_S", {"cpu": 0.0})
    timing = measure(lambda: time.sleep(0.001), "cpu", seconds=0.1)
    assert len(timing.times_s) > 20
    assert 0.1 <= timing.measured_s < 5


def test_slow_work_is_not_repeated_twenty_times_though_thrice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "WARM_UP_S", {"cpu": 0.0})
    monkeypatch.setattr(measuring, "LONGEST_S", 0.01)
    assert len(measure(lambda: time.sleep(0.02), "cpu", seconds=0).times_s) == 3


def test_rates_are_the_median_and_both_ends_the_slow_one_first() -> None:
    timing = Timing(times_s=[2.0] * 2 + [1.0] * 16 + [0.5] * 2, measured_s=21, flushed_bytes=0, samples=None)
    rates = timing.rates("tflops", 3)
    assert rates["tflops_median"] == 3
    assert rates["tflops_p10"] == pytest.approx(2.85)  # of 20 repeats, between the second and the third
    assert rates["tflops_p90"] == pytest.approx(3.3)


def test_samples_are_summed_up_over_the_block() -> None:
    looks = cycle(
        [
            Sample(clock_sm_mhz=1980, power_w=690.0, temperature_c=61, throttle=("sw-power-cap",)),
            Sample(clock_sm_mhz=1200, power_w=700.0, temperature_c=88, throttle=("hw-thermal",)),
        ]
    )
    with Sampler(lambda: next(looks), clock_sm_max_mhz=1980) as sampler:
        while sampler.summary() is None or sampler.summary()["count"] < 2:
            time.sleep(0.01)
    found = sampler.summary()
    assert found["count"] >= 2
    assert (found["clock_sm_mhz_min"], found["clock_sm_max_mhz"], found["temperature_c_max"]) == (
        1200,
        1980,
        88,
    )
    assert found["throttle"] == [
        "sw-power-cap",
        "hw-thermal",
    ]  # what one sample had, in the order of the bits


def test_what_no_sample_says_is_none() -> None:
    with Sampler(Sample) as sampler:
        while sampler.summary() is None:
            time.sleep(0.01)
    found = sampler.summary()
    assert (found["clock_sm_mhz_median"], found["power_w_median"], found["pcie_generation_max"]) == (
        None,
    ) * 3
    assert found["throttle"] == []


def test_a_block_shorter_than_the_first_look_has_no_samples() -> None:
    with Sampler(Sample) as sampler:
        pass
    assert sampler.summary() is None


def test_a_cpu_has_no_samples() -> None:
    assert sampler_of("cpu") is None
