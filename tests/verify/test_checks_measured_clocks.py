"""What held the clocks down while the GPUs were measured."""

from __future__ import annotations

from typing import Any

import pytest
from measured_case import A100, case, done, failed, judge, product, samples

from envctl.model.machine import Gpu, Machine
from envctl.verify.checks.run_health import throttling
from envctl.verify.facts import Case, Facts, Outcome


def disturbed(*throttle: str, device: str = "cuda:0", **changes: object) -> Outcome:
    return product("fp32", 15.0, device, samples=samples(throttle=list(throttle), **changes))


def test_clocks_that_nothing_held_down_pass() -> None:
    result = judge("throttling", case(disturbed()))
    assert (result.status, result.summary) == ("pass", "the clocks were not held down, up to 61 °C")


def test_a_power_cap_is_normal_at_full_load() -> None:
    result = judge("throttling", case(disturbed("sw-power-cap", clock_sm_mhz_median=700)))
    assert (result.status, result.summary) == (
        "pass",
        "the clocks were not held down, up to 61 °C, at the power cap, which is normal",
    )


@pytest.mark.parametrize("reason", ["idle", "applications-clocks", "sync-boost", "display-clocks"])
def test_reasons_that_somebody_chose_do_no_harm_while_the_clock_is_near_its_maximum(reason: str) -> None:
    assert judge("throttling", case(disturbed(reason))).status == "pass"


@pytest.mark.parametrize(
    ("reason", "cause", "hint"),
    [
        ("hw-slowdown", "halved its clocks", "power cables"),
        ("hw-thermal", "too hot", "fans"),
        ("sw-thermal", "temperature limit", "fans"),
        ("hw-power-brake", "power supply", "power supply"),
    ],
)
def test_heat_and_want_of_power_are_warned_of_with_cause_and_fix(reason: str, cause: str, hint: str) -> None:
    result = judge("throttling", case(disturbed(reason, temperature_c_max=93)))
    assert (result.status, result.summary) == ("warn", f"the clocks were held down: {reason}, up to 93 °C")
    assert (result.cause or "").startswith(f"{reason} during matmul-fp32: ")
    assert cause in (result.cause or "")
    assert hint in (result.hint or "")


def test_every_measurement_during_which_it_happened_is_named() -> None:
    slowed = done("memory-bandwidth", gb_per_s_median=1700, samples=samples(throttle=["hw-thermal"]))
    result = judge("throttling", case(disturbed("hw-thermal", "hw-slowdown"), slowed, product("fp16", 1.0)))
    assert [line.split(":")[0] for line in (result.cause or "").splitlines()] == [
        "hw-slowdown during matmul-fp32",
        "hw-thermal during matmul-fp32, memory-bandwidth",
    ]


def test_a_clock_that_stays_low_without_a_power_cap_is_warned_of() -> None:
    result = judge("throttling", case(disturbed(clock_sm_mhz_median=1000)))
    assert (result.status, result.summary) == (
        "warn",
        "the clocks stayed low, up to 61 °C, and no power cap says why",
    )
    assert result.cause == "1000 of 1410 MHz during matmul-fp32"
    assert "nvidia-smi -rgc" in (result.hint or "")


def test_application_clocks_that_are_set_low_are_to_be_reset() -> None:
    result = judge("throttling", case(disturbed("applications-clocks", clock_sm_mhz_median=1000)))
    assert (result.status, result.hint) == ("warn", "reset the application clocks: sudo nvidia-smi -rac")


def test_a_low_clock_during_copies_is_no_wonder() -> None:
    copies = done("host-device-bandwidth", samples=samples(clock_sm_mhz_median=210))
    assert judge("throttling", case(disturbed(), copies)).status == "pass"


def test_the_gpu_that_was_held_down_is_named() -> None:
    result = judge(
        "throttling", case(disturbed(), disturbed("hw-thermal", device="cuda:1"), gpus=(A100, A100))
    )
    assert result.status == "warn"
    assert result.summary == (
        f"cuda:1 {A100}: the clocks were held down: hw-thermal, up to 61 °C (the worst of 2 devices)"
    )
    assert result.measured["devices"]["cuda:1"]["throttle"] == {"hw-thermal": ["matmul-fp32"]}


def test_clocks_that_were_not_sampled_get_no_verdict() -> None:
    unsampled = judge("throttling", case(product("fp32", 15.0, samples=None)))
    assert (unsampled.status, "NVML" in unsampled.summary) == ("skip", True)
    nothing = samples(throttle=[], clock_sm_mhz_median=None)
    unsaid = judge("throttling", case(product("fp32", 15.0, samples=nothing)))
    assert unsaid.status == "skip"
    cpu = judge("throttling", case(product("fp32", 0.09, "cpu"), gpus=()))
    assert (cpu.status, cpu.summary) == ("skip", "the clocks of a CPU are not sampled")


def test_measurements_that_all_came_to_no_result_are_an_error() -> None:
    result = judge("throttling", case(failed("matmul-fp32", "killed by SIGSEGV")))
    assert (result.status, result.cause) == ("error", "killed by SIGSEGV")


@pytest.mark.parametrize(
    ("throttle", "status", "summary"),
    [
        (("hw-slowdown", "hw-thermal"), "warn", "GPU 0: hw-slowdown, hw-thermal"),
        (("idle", "sw-power-cap"), "skip", "needs the environment on the machine itself"),
    ],
)
def test_a_capture_tells_what_held_its_gpus_down(
    throttle: tuple[Any, ...], status: str, summary: str
) -> None:
    machine = Machine(gpus=(Gpu(index=0, throttle=throttle),), origin="file:hot.xml")
    result = throttling(Case(facts=Facts(machine=machine), live=False))
    assert result.status == status
    assert result.summary.endswith(summary)
