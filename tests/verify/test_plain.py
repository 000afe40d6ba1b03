"""Facts as JSON that any program can read, and in words."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest
from judged import machine, torch

from envctl.model.build import FrameworkBuild
from envctl.model.machine import ComputeCapability, Gpu, Machine, RemappedRows
from envctl.verify.facts import DriverState, Facts, Outcome
from envctl.verify.plain import about, measured_s, plain

STARTED = datetime(2026, 11, 24, 9, 15, 16, 789, tzinfo=timezone.utc)


def of(facts: Facts) -> dict[str, Any]:
    return plain(facts, started=STARTED, wall_s=12.34567)


def outcome(probe: str, device: str | None, wall_s: float) -> Outcome:
    return Outcome(probe=probe, device=device, state="done", wall_s=wall_s)


def test_what_is_not_known_is_null() -> None:
    document = of(Facts())
    assert (document["machine"], document["driver"]) == (None, None)
    assert document["probes"] == []


def test_a_machine_is_told_in_full() -> None:
    gpu = Gpu(
        index=0,
        name="Tesla T4",
        compute_capability=ComputeCapability(7, 5),
        remapped=RemappedRows(pending=True),
        throttle=("idle",),
        throttle_time_us={"hw-thermal": 5},
    )
    facts = Facts(machine=Machine(driver="535.104.05", gpus=(gpu,), origin="nvidia-smi"))
    told = of(facts)["machine"]["gpus"][0]
    assert told["compute_capability"] == "7.5"
    assert told["remapped"]["pending"] is True
    assert (told["throttle"], told["throttle_time_us"]) == (["idle"], {"hw-thermal": 5})


def test_the_document_is_plain_json() -> None:
    facts = Facts(
        machine=machine("Tesla T4"),
        driver=DriverState(nodes=("/dev/nvidia0",)),
        outcomes=(
            Outcome(probe="memory", state="done", value={"devices": ({"a": (1, 2)},)}, wall_s=0.12345),
        ),
        packages={"mkl": "2024.1.0 h_691"},
    )
    document = of(facts)
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["probes"][0]["value"] == {"devices": [{"a": [1, 2]}]}
    assert document["probes"][0]["wall_s"] == 0.123


def test_values_of_variables_are_not_told_and_their_names_are() -> None:
    document = of(Facts(removed={"PYTHONPATH": "/secret", "LD_PRELOAD": "/x.so"}, visible_devices="0,1"))
    assert document["removed_variables"] == ["LD_PRELOAD", "PYTHONPATH"]
    assert document["visible_devices"] == "0,1"
    assert "/secret" not in json.dumps(document)


def test_what_changes_from_run_to_run_stands_apart() -> None:
    run = of(Facts())["run"]
    assert run["started"] == "2026-11-24T09:15:16+00:00"
    assert run["wall_s"] == 12.346
    assert sorted(run) == ["host", "measured_s", "started", "wall_s"]


def test_what_measuring_took_is_that_of_the_slowest_device_and_what_ran_between_devices() -> None:
    outcomes = (
        outcome("torch-import", None, 100.0),  # no measurement
        outcome("matmul-fp32", "cuda:0", 1.0),
        outcome("memory", "cuda:0", 0.5),
        outcome("matmul-fp32", "cuda:1", 2.0),
        outcome("all-reduce", None, 3.0),
    )
    assert measured_s(Facts(outcomes=outcomes)) == 5.0
    assert measured_s(Facts()) == 0.0


@pytest.mark.parametrize(
    ("build", "told"),
    [
        (torch(), "torch 2.5.1 for CUDA 12.1"),
        (torch(cuda=None), "torch 2.5.1 for CUDA, which version is not known"),
        (torch(variant="cpu", cuda=None, version=None), "torch for the CPU"),
        (torch(variant="rocm", cuda=None), "torch 2.5.1 for ROCm"),
        (torch(variant="unknown", cuda=None), "torch 2.5.1 for CUDA or the CPU, which is not known"),
        (None, "no framework among its packages"),
    ],
)
def test_a_build_in_words(build: FrameworkBuild | None, told: str) -> None:
    assert about(Facts(build=build))[0] == told


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (None, "no NVIDIA driver, no GPU"),
        (machine(*["Tesla T4"] * 8), "8 x Tesla T4, driver 535.104.05 (by nvidia-smi)"),
        (machine("NVIDIA L4", "Tesla T4", "NVIDIA L4"), "2 x NVIDIA L4, 1 x Tesla T4, driver 535.104.05"),
        (
            Machine(gpus=(Gpu(index=0),), origin="file:x"),
            "1 x GPU without a name, driver not known (by file:x)",
        ),
        (Machine(count=8, origin="file:x"), "8 GPUs, driver not known (by file:x)"),
        (Machine(driver="550.54.15", count=0, origin="file:x"), "no GPU, driver 550.54.15 (by file:x)"),
        (Machine(driver="550.54.15", origin="file:x"), "GPUs not known, driver 550.54.15 (by file:x)"),
    ],
)
def test_a_machine_in_words(found: Machine | None, told: str) -> None:
    assert about(Facts(machine=found))[-1].startswith(told)


def test_a_driver_here_that_lists_no_gpu_has_none() -> None:
    here = Facts(machine=Machine(driver="550.54.15", origin="NVML"), driver=DriverState())
    assert about(here)[-1] == "no GPU, driver 550.54.15 (by NVML)"
