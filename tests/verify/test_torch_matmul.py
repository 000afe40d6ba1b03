"""Matrix products on a real torch: whether right and wrong ones are told apart, and how they are measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from run_probe import run_code, run_probes, value

SEED = 20231

WRONG = f"""
import torch
from probes import judging
torch.manual_seed({SEED})
size, rows = 256, torch.tensor([3, 100])
a, b = torch.randn(2, size, size)

def verdict(change):
    c = change(a @ b)
    return judging.judge_product(c, a, b, rows, judging.tolerance("fp32", size))

def put(row, column, number):
    return lambda c: c.index_put((torch.tensor(row), torch.tensor(column)), torch.tensor(number))

def ten_bits(x):  # what TF32 reads of a number
    return (x.view(torch.int32) & -0x2000).view(torch.float32)

answer = {{
    "right": verdict(lambda c: c),
    "sign of one element": verdict(lambda c: put(100, 7, -float(c[100, 7]))(c)),
    "zero row": verdict(lambda c: c.index_fill(0, rows[:1], 0.0)),
    "transposed": verdict(lambda c: c.t()),
    "rounded to TF32": verdict(lambda c: ten_bits(a) @ ten_bits(b)),
    "NaN": verdict(put(3, 0, float("nan"))),
    "infinity": verdict(put(3, 0, float("inf"))),
    "NaN in another row": verdict(put(50, 9, float("nan"))),
    "all NaN": verdict(lambda c: torch.full_like(c, float("nan"))),
}}
"""


@pytest.fixture(scope="module")
def verdicts(torch_environment: Path) -> dict[str, dict[str, Any]]:
    """On a product that was changed after it was computed, by what was done to it."""
    answer: dict[str, dict[str, Any]] = run_code(torch_environment / "bin/python", WRONG)
    return answer


@pytest.mark.channel
def test_a_right_product_is_far_below_its_tolerance(verdicts: dict[str, dict[str, Any]]) -> None:
    right = verdicts["right"]
    assert (right["ok"], right["finite"]) == (True, True)
    assert right["max_error"] < right["tolerance"] / 10


@pytest.mark.channel
@pytest.mark.parametrize("wrong", ["sign of one element", "zero row", "transposed", "rounded to TF32"])
def test_a_wrong_product_is_above_it(verdicts: dict[str, dict[str, Any]], wrong: str) -> None:
    found = verdicts[wrong]
    assert (found["ok"], found["finite"]) == (False, True)
    assert found["max_error"] > found["tolerance"]


@pytest.mark.channel
@pytest.mark.parametrize("wrong", ["NaN", "infinity", "NaN in another row", "all NaN"])
def test_what_is_not_finite_is_never_right(verdicts: dict[str, dict[str, Any]], wrong: str) -> None:
    found = verdicts[wrong]
    assert (found["ok"], found["finite"], found["max_error"]) == (False, False, None)


def test_random_rows_are_right_in_every_dtype_of_the_device(torch_python: Path, device: str) -> None:
    checks = value(torch_python, "torch_compute", "matmul-correct", device=device, seed=SEED)["checks"]
    assert set(checks) == {"fp32"} if device == "cpu" else {"fp32", "fp16"} <= set(checks)
    assert [name for name, check in checks.items() if not check["ok"]] == []
    assert {check["rows"] for check in checks.values()} == {16}


@pytest.mark.channel
def test_a_device_that_multiplies_wrongly_is_caught(torch_environment: Path) -> None:
    code = f"""
import torch
from probes import matmul
right = torch.matmul
torch.matmul = lambda a, b: right(a, b).index_fill(1, torch.tensor([7]), 0.5)
answer = matmul.correct({{"device": "cpu", "seed": {SEED}}})["checks"]["fp32"]["ok"]
"""
    assert run_code(torch_environment / "bin/python", code) is False


def test_a_batch_of_products_is_right(torch_python: Path, device: str) -> None:
    found = value(torch_python, "torch_compute", "cublas", device=device, seed=SEED)
    assert (found["ok"], found["finite"]) == (True, True)


def test_the_speed_of_a_product_comes_with_how_it_was_measured(torch_python: Path, device: str) -> None:
    params = {"device": device, "seconds": 0.1, "seed": SEED}
    found = value(torch_python, "torch_compute", "matmul-fp32", **params)
    assert 0 < found["tflops_p10"] <= found["tflops_median"] <= found["tflops_p90"]
    assert found["repeats"] >= 20
    assert found["measured_s"] > 0.3  # the warm-up
    m, n, k = found["size"]
    assert m == n == k
    if device == "cpu":
        assert (m, found["threads"] >= 1, found["flushed_bytes"], found["samples"]) == (2048, True, 0, None)
    else:
        assert (m in (4096, 8192), found["threads"], found["flushed_bytes"]) == (True, None, 256 * 2**20)


@pytest.mark.channel
def test_a_cpu_is_measured_in_fp32_only(torch_environment: Path) -> None:
    probes = [f"matmul-{dtype}" for dtype in ("tf32", "fp16", "bf16", "fp8")]
    events = run_probes(
        torch_environment / "bin/python", "torch_compute", probes, device="cpu", seconds=0.1, seed=SEED
    )
    assert {events[probe].get("reason") for probe in probes} == {"a CPU is measured in fp32 only"}


@pytest.mark.channel
def test_a_gpu_without_the_hardware_for_a_dtype_says_what_it_takes(torch_environment: Path) -> None:
    code = """
import torch
from probes import matmul
torch.cuda.get_device_capability = lambda device: (7, 5)
answer = {name: matmul.lacking(name, "cuda:0") for name in matmul.NEEDS}
"""
    assert run_code(torch_environment / "bin/python", code) == {
        "fp32": "",
        "tf32": "tf32 takes compute capability 8.0, and cuda:0 has 7.5",
        "fp16": "",
        "bf16": "bf16 takes compute capability 8.0, and cuda:0 has 7.5",
        "fp8": "fp8 takes compute capability 8.9, and cuda:0 has 7.5",
    }


def test_the_same_product_is_the_same_bit_for_bit(torch_python: Path, device: str) -> None:
    found = value(torch_python, "torch_compute", "repeatable", device=device, seed=SEED)
    assert (found["identical"], found["runs"]) == (True, 5)


@pytest.mark.channel
def test_a_product_that_differs_in_one_bit_of_one_run_is_not_the_same(torch_environment: Path) -> None:
    code = f"""
import torch
from probes import matmul
right, runs = torch.matmul, []
def flips(a, b):
    c = right(a, b)
    runs.append(c)
    if len(runs) == 4:
        c.view(torch.int32)[5, 5] ^= 1
    return c
torch.matmul = flips
answer = matmul.repeatable({{"device": "cpu", "seed": {SEED}}})["identical"]
"""
    assert run_code(torch_environment / "bin/python", code) is False
