"""Every check before the measuring answers any case with one result of its own, and never raises."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judged import done, failed

from envctl.model.build import FrameworkBuild
from envctl.model.machine import Gpu, Machine
from envctl.model.report import STATUSES
from envctl.model.template import Expectations
from envctl.verify.check import Check
from envctl.verify.checks.before import CHECKS
from envctl.verify.facts import Case, DriverState, Facts

ODD: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 999) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
WORD = st.none() | st.sampled_from(
    ["", "535.104.05", "12.4", "12", "x.y", "NVIDIA A100-SXM4-80GB", "GPU is lost"]
)
PROBES = (
    "torch-import",
    "torch-cuda",
    "tensorflow-import",
    "tensorflow-libraries",
    "tensorflow-gpu",
    "cuda-driver",
)
KEYS = ("available", "device_count", "devices", "message", "warnings", "messages", "libraries", "version")
GPUS = st.builds(
    Gpu,
    index=st.integers(0, 3),
    name=WORD,
    mig=st.none() | st.booleans(),
    fabric=WORD,
    recovery_action=WORD,
    lost=WORD,
)
CASES = st.builds(
    Case,
    facts=st.builds(
        Facts,
        machine=st.none()
        | st.builds(
            Machine,
            driver=WORD,
            cuda=WORD,
            gpus=st.lists(GPUS, max_size=3).map(tuple),
            count=st.none() | st.integers(0, 9),
            origin=st.just("file:odd"),
        ),
        driver=st.none()
        | st.builds(
            DriverState,
            smi_exit=st.none() | st.integers(0, 255),
            smi_message=WORD,
            module=WORD,
            library=WORD,
            nvml_code=st.none() | st.integers(0, 20),
            cuda_code=st.none() | st.sampled_from([0, 3, 100, 802, 804, 999, 12345]),
            libcuda=WORD,
            container=WORD,
        ),
        build=st.none()
        | st.builds(
            FrameworkBuild,
            framework=st.sampled_from(["torch", "tensorflow"]),
            version=WORD,
            variant=st.sampled_from(["cuda", "cpu", "rocm", "unknown"]),
            cuda=WORD,
            archs=st.none()
            | st.lists(st.sampled_from(["sm_80", "compute_90", "odd"]), max_size=3).map(tuple),
            package=WORD,
            because=WORD,
        ),
        outcomes=st.lists(
            st.builds(done, st.sampled_from(PROBES)).flatmap(
                lambda outcome: st.dictionaries(st.sampled_from(KEYS), ODD).map(
                    lambda value: done(outcome.probe, **value)
                )
            )
            | st.builds(failed, st.sampled_from(PROBES), st.text(max_size=20)),
            max_size=4,
        ).map(tuple),
        packages=st.sampled_from([{}, {"cuda-compat": ""}, {"cuda-compat": "12.4.1 h0"}]),
        removed=st.sampled_from([{}, {"NOBODY_KNOWS": "1"}]),
        visible_devices=st.none() | st.sampled_from(["", "0", "-1", "0,,1", "GPU-x"]),
    ),
    expectations=st.builds(
        Expectations,
        imports=st.sampled_from([(), ("numpy",)]),
        cuda=WORD,
        gpu=st.booleans(),
        count=st.none() | st.integers(0, 8),
    ),
    expected=st.booleans(),
    gpu_wanted=st.booleans(),
    live=st.booleans(),
)


@given(CASES)
@settings(deadline=None, max_examples=300)
def test_no_case_is_too_odd(case: Case) -> None:
    for check in CHECKS:
        result = check.judge(case)
        assert result.id == check.id
        assert result.status in STATUSES
        assert result.summary
        assert "\n" not in result.summary


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
@pytest.mark.parametrize("live", [True, False], ids=["live", "described"])
def test_where_nothing_is_known_nothing_passes(check: Check, live: bool) -> None:
    result = check.judge(Case(facts=Facts(), live=live))
    assert result.status == "skip"


def test_ids_are_stable_words_and_each_is_there_once() -> None:
    ids = [check.id for check in CHECKS]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", identity) for identity in ids)
    assert {field.name for field in fields(Check)} == {"id", "probes", "judge"}
