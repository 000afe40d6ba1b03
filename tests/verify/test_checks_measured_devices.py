"""What holds for every check of what was measured: several devices, none, no result, odd facts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from measured_case import A100, T4, case, done, failed, judge, product, unavailable

from envctl.model.build import FrameworkBuild
from envctl.model.report import STATUSES
from envctl.verify.baseline import figures
from envctl.verify.check import Check
from envctl.verify.checks.after import CHECKS
from envctl.verify.facts import Case, Facts, Outcome

EACH = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.just(10**400)
    | st.floats()
    | st.text(max_size=3)
    | st.just("cuda:0"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(
    [
        *(
            "bytes",
            "mismatches",
            "checks",
            "ok",
            "finite",
            "identical",
            "pairs",
            "exact",
            "samples",
            "throttle",
        ),
        *("tflops_median", "gb_per_s_median", "to_device_gb_per_s_median", "from_device_gb_per_s_median"),
        *(
            "pcie_generation_max",
            "pcie_width_max",
            "clock_sm_mhz_median",
            "clock_sm_max_mhz",
            "devices",
            "name",
        ),
    ]
)
VALUES = st.dictionaries(NAMES, ODD | st.dictionaries(NAMES, ODD) | st.lists(st.dictionaries(NAMES, ODD)))
PROBES = sorted({"torch-cuda", *(probe for check in CHECKS for probe in check.probes)})
KEYS = st.just([f"matmul-fp32/tflops_median/{device}" for device in ("cpu", f"cuda:0 {A100}")])
FIGURES = st.floats(0, exclude_min=True, allow_infinity=False)
OUTCOMES = st.builds(
    Outcome,
    probe=st.sampled_from(PROBES),
    device=st.sampled_from([None, "cpu", "cuda:0", "cuda:1"]),
    state=st.sampled_from(["done", "unavailable", "error"]),
    value=VALUES,
    cause=st.none() | st.text(),
)


def without_outcomes(**more: Any) -> Case:
    return Case(facts=Facts(build=FrameworkBuild(framework="torch")), **more)


def test_the_slowest_of_several_gpus_is_the_result_and_is_named() -> None:
    speeds = [15.2, 15.1, 5.0, 15.3, 8.0]
    outcomes = [product("fp32", tflops, f"cuda:{at}") for at, tflops in enumerate(speeds)]
    result = judge("matmul-fp32", case(*outcomes, gpus=(A100,) * 5))
    assert (result.status, result.summary) == (
        "fail",
        f"cuda:2 {A100}: slow: 5 TFLOPS, 25 % of the published 19.5 TFLOPS (the worst of 5 devices)",
    )
    assert (result.cause or "").splitlines()[-1] == (
        f"cuda:4 {A100}: slow: 8 TFLOPS, 41 % of the published 19.5 TFLOPS"
    )
    devices = result.measured["devices"]
    assert [device["status"] for device in devices.values()] == ["pass", "pass", "fail", "pass", "warn"]


def test_the_slowest_of_gpus_that_all_pass_is_named_too() -> None:
    outcomes = [product("fp32", 15.2), product("fp32", 14.1, "cuda:1")]
    result = judge("matmul-fp32", case(*outcomes, gpus=(A100, A100)))
    assert (result.status, result.summary) == (
        "pass",
        f"cuda:1 {A100}: 14.1 TFLOPS, 72 % of the published 19.5 TFLOPS (the worst of 2 devices)",
    )


def test_gpus_of_different_kinds_are_ranked_by_what_each_can_do() -> None:
    outcomes = [product("fp32", 10.0), product("fp32", 5.0, "cuda:1")]
    result = judge("matmul-fp32", case(*outcomes, gpus=(A100, T4)))
    assert result.summary.startswith(f"cuda:0 {A100}: 10 TFLOPS, 51 %")


def test_a_gpu_without_a_verdict_beside_one_that_passes_is_counted() -> None:
    outcomes = [product("bf16", 250.0), unavailable("matmul-bf16", "no bf16", "cuda:1")]
    result = judge("matmul-bf16", case(*outcomes, gpus=(A100, T4)))
    assert (result.status, result.summary) == (
        "pass",
        f"cuda:0 {A100}: 250 TFLOPS, 80 % of the published 312 TFLOPS (the worst of 2 devices, 1 not judged)",
    )


def test_a_gpu_that_came_to_no_result_is_never_hidden_by_one_that_passes() -> None:
    outcomes = [product("fp32", 15.0), failed("matmul-fp32", "killed by SIGSEGV", "cuda:1")]
    result = judge("matmul-fp32", case(*outcomes, gpus=(A100, A100)))
    assert (result.status, result.cause) == ("error", "killed by SIGSEGV")
    assert result.summary == f"cuda:1 {A100}: matmul-fp32 came to no result (the worst of 2 devices)"


def test_a_failure_counts_more_than_a_gpu_without_a_result() -> None:
    outcomes = [failed("matmul-fp32", "killed by SIGSEGV"), product("fp32", 1.0, "cuda:1")]
    result = judge("matmul-fp32", case(*outcomes, gpus=(A100, A100)))
    assert result.status == "fail"
    assert f"cuda:0 {A100}: matmul-fp32 came to no result" in (result.cause or "")


def test_a_known_message_comes_with_its_fix() -> None:
    outcome = failed("matmul-fp32", "RuntimeError: CUDA error: uncorrectable ECC error encountered")
    result = judge("matmul-fp32", case(outcome))
    assert (result.status, "--gpu-reset" in (result.hint or "")) == ("error", True)


@EACH
def test_nothing_is_measured_on_a_machine_that_is_only_described(check: Check) -> None:
    result = judge(check.id, case(live=False))
    assert (result.status, result.summary) == ("skip", "needs the environment on the machine itself")


@EACH
def test_a_check_whose_probe_was_not_run_is_a_skip(check: Check) -> None:
    result = judge(check.id, without_outcomes())
    own = {
        "tensorflow-matmul": "tensorflow is not in this environment",
        "peer-access": "needs two GPUs",
        "all-reduce": "needs two GPUs",
    }
    assert result.status == "skip"
    assert result.summary == own[check.id] if check.id in own else result.summary.endswith("not run")


@pytest.mark.parametrize(
    ("given_case", "summary"),
    [
        (Case(facts=Facts()), "measured with torch, which this environment does not have"),
        (
            Case(facts=Facts(build=FrameworkBuild(framework="tensorflow"))),
            "measured with torch, which this environment does not have",
        ),
        (without_outcomes(gpu_wanted=True), "not measured: torch sees no GPU"),
        (
            Case(
                facts=Facts(
                    build=FrameworkBuild(framework="torch"),
                    outcomes=(failed("torch-cuda", "killed by SIGSEGV", None),),
                )
            ),
            "not measured: torch-cuda came to no result",
        ),
    ],
)
def test_why_nothing_was_measured_is_told(given_case: Case, summary: str) -> None:
    result = judge("matmul-fp32", given_case)
    assert (result.status, result.summary) == ("skip", summary)


def test_ids_are_unique_and_every_check_says_what_it_needs() -> None:
    assert len({check.id for check in CHECKS}) == len(CHECKS)
    assert all(check.probes for check in CHECKS)


@given(st.lists(OUTCOMES, max_size=6), st.booleans(), st.just({}) | st.builds(dict.fromkeys, KEYS, FIGURES))
def test_odd_facts_raise_nothing_and_pass_nothing_by_themselves(
    outcomes: list[Outcome], with_machine: bool, baseline: dict[str, float]
) -> None:
    odd = Case(facts=replace(case().facts, outcomes=tuple(outcomes)), baseline=baseline)
    if not with_machine:
        odd = replace(odd, facts=replace(odd.facts, machine=None))
    assert all(figure > 0 for figure in figures(odd.facts).values())
    for check in CHECKS:
        result = check.judge(odd)
        assert (result.id, result.status in STATUSES) == (check.id, True)
        assert "\n" not in result.summary
        if not any(outcome.state == "done" for outcome in outcomes):
            assert result.status in ("skip", "error")


def test_a_value_without_anything_in_it_passes_no_check() -> None:
    for check in CHECKS:
        result = judge(check.id, case(*(done(probe) for probe in check.probes)))
        assert result.status in ("skip", "error")


def test_a_figure_without_all_proportion_to_its_baseline_is_told_all_the_same() -> None:
    judged = case(product("fp32", 1e300, "cpu"), baseline={"matmul-fp32/tflops_median/cpu": 5e-324})
    result = judge("matmul-fp32", judged)
    assert (result.status, result.measured["devices"]["cpu"]["against"]["tflops_median"]["ratio"]) == (
        "pass",
        1e6,
    )
