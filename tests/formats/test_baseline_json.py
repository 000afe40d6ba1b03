"""Baselines: what `--save-baseline` writes and `--baseline` reads."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envctl.errors import InputError
from envctl.formats.baseline_json import Baseline, dumps, loads

BASELINE = Baseline(
    saved="2026-11-22T10:00:00+00:00",
    subject="env:serving",
    machine=("Tesla T4",),
    figures={
        "memory-bandwidth/gb_per_s_median/cuda:0 Tesla T4": 250.0,
        "matmul-fp32/tflops_median/cuda:0 Tesla T4": 4.25,
    },
)


def changed(**changes: Any) -> str:
    return json.dumps({**json.loads(dumps(BASELINE)), **changes})


def refusal(text: str) -> InputError:
    with pytest.raises(InputError) as caught:
        loads(text, file="base.json")
    assert caught.value.code == "not-a-baseline"
    assert caught.value.message.startswith("base.json")
    assert "--save-baseline" in (caught.value.hint or "")
    return caught.value


def test_a_baseline_says_when_and_on_what_its_figures_were_measured() -> None:
    assert (
        dumps(BASELINE)
        == """\
{
  "schema_version": 1,
  "saved": "2026-11-22T10:00:00+00:00",
  "subject": "env:serving",
  "machine": [
    "Tesla T4"
  ],
  "figures": {
    "matmul-fp32/tflops_median/cuda:0 Tesla T4": 4.25,
    "memory-bandwidth/gb_per_s_median/cuda:0 Tesla T4": 250.0
  }
}
"""
    )


def test_what_was_written_is_read_back() -> None:
    assert loads(dumps(BASELINE), file="base.json") == BASELINE


@given(
    st.builds(
        Baseline,
        saved=st.just(BASELINE.saved),
        subject=st.text(),
        machine=st.lists(st.text()).map(tuple),
        figures=st.dictionaries(st.text(), st.floats(0, exclude_min=True, allow_infinity=False), min_size=1),
    )
)
def test_any_baseline_is_read_back_as_it_was(baseline: Baseline) -> None:
    assert loads(dumps(baseline), file="base.json") == baseline


@pytest.mark.parametrize("saved", ["2026-11-22T10:00:00Z", "2026-11-22T10:00:00+00:00"])
def test_a_time_in_utc_may_be_written_in_two_ways(saved: str) -> None:
    assert loads(changed(saved=saved), file="base.json").saved == saved


@pytest.mark.parametrize("figure", [0, -1.5, True, "4.25", None, [4.25], 10**400])
def test_a_figure_must_be_a_finite_number_above_zero(figure: Any) -> None:
    cause = refusal(changed(figures={"matmul-fp32/tflops_median/cpu": figure})).cause
    assert cause is not None
    assert cause.startswith("matmul-fp32/tflops_median/cpu is ")
    assert cause.endswith(", not a number above 0")


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_a_number_that_json_does_not_have_is_refused(constant: str) -> None:
    assert refusal(dumps(BASELINE).replace("4.25", constant)).cause == f"{constant} is no number"
    with pytest.raises(ValueError, match="JSON"):
        dumps(Baseline(saved="", subject="", figures={"a": float(constant)}))


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("", "it is no JSON"),
        ("[]", "it has no schema_version"),
        ("{}", "it has no schema_version"),
        (changed(schema_version=2), "its schema_version is 2, and this envctl reads 1"),
        (changed(more=1), "unknown or missing: more"),
        (changed(figures={}), "it has no figures"),
        (changed(figures=[1.0]), "it has no figures"),
        (changed(saved="yesterday"), "saved is 'yesterday', not a time in UTC"),
        (changed(saved="2026-11-22T10:00:00+02:00"), "not a time in UTC"),
        (changed(saved=5), "saved is 5"),
        (changed(subject=None), "subject is no text"),
        (changed(machine="Tesla T4"), "machine is no list of names"),
        (changed(machine=[1]), "machine is no list of names"),
        (
            dumps(BASELINE).replace("memory-bandwidth/gb_per_s_median", "matmul-fp32/tflops_median"),
            "there twice",
        ),
        ("[" * 100_000, "nested too deeply"),
        ('{"schema_version": ' + "1" * 5000 + "}", "4300"),
    ],
)
def test_what_is_no_baseline_is_refused_with_the_reason(text: str, cause: str) -> None:
    assert cause in (refusal(text).cause or "")


def test_a_fault_of_the_json_is_named_with_its_line() -> None:
    assert refusal('{\n  "saved": oops\n}').line == 2


@given(st.text() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_no_text_raises_anything_else(text: str) -> None:
    refusal(text)
