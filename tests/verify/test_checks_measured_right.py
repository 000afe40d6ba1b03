"""What a device stores and computes must be right, however fast it is."""

from __future__ import annotations

from typing import Any

import pytest
from measured_case import A100, T4, case, done, failed, judge, unavailable

from envctl.verify.facts import Outcome

RIGHT = {"size": 2048, "rows": 16, "finite": True, "max_error": 1e-7, "tolerance": 1e-6, "ok": True}
WRONG = {**RIGHT, "max_error": 0.25, "ok": False}
NAN = {**RIGHT, "finite": False, "max_error": None, "ok": False}


def compared(probe: str, device: str | None = "cuda:0", /, **changes: Any) -> Outcome:
    return done(probe, device, **{**RIGHT, **changes})


def test_memory_that_gives_back_what_was_written_passes() -> None:
    result = judge("gpu-memory", case(done("memory", bytes=2**30, mismatches=0)))
    assert (result.status, result.summary) == ("pass", "1024 MiB of device memory written and read back")


def test_memory_of_a_cpu_is_called_so() -> None:
    result = judge("gpu-memory", case(done("memory", "cpu", bytes=2**26, mismatches=0), gpus=()))
    assert (result.status, result.summary) == ("pass", "64 MiB of main memory written and read back")


def test_memory_that_changes_what_is_stored_fails() -> None:
    result = judge("gpu-memory", case(done("memory", bytes=2**30, mismatches=3)))
    assert (result.status, result.summary) == (
        "fail",
        "3 values of 1024 MiB of device memory came back changed",
    )
    assert "take the GPU out of use" in (result.hint or "")


def test_memory_that_is_in_use_is_explained_by_how_full_it_is() -> None:
    full = {"memory_mib": 81920, "memory_used_mib": 81100}
    outcome = failed("memory", "OutOfMemoryError: CUDA out of memory. Tried to allocate 1024.00 MiB")
    result = judge("gpu-memory", case(outcome, described=full))
    assert (result.status, result.summary) == ("error", "memory came to no result")
    assert "in use when the run began: 81100 of 81920 MiB of GPU 0" in (result.cause or "").splitlines()
    assert "Tried to allocate 1024.00 MiB" in (result.cause or "")
    assert "CUDA_VISIBLE_DEVICES" in (result.hint or "")


def test_products_that_are_right_name_their_precisions() -> None:
    result = judge("matmul-correct", case(done("matmul-correct", checks={"fp32": RIGHT, "fp16": RIGHT})))
    assert (result.status, result.summary) == ("pass", "products are right in fp32, fp16")


def test_a_wrong_product_names_its_precision_error_and_tolerance() -> None:
    result = judge("matmul-correct", case(done("matmul-correct", checks={"fp32": RIGHT, "tf32": WRONG})))
    assert (result.status, result.summary) == (
        "fail",
        "products are wrong: tf32 is off by 0.25, with a tolerance of 1e-06",
    )
    assert "float64" in (result.cause or "")


def test_nan_in_a_product_is_a_failure_that_says_so() -> None:
    result = judge("matmul-correct", case(done("matmul-correct", checks={"fp16": NAN, "bf16": WRONG})))
    assert result.status == "fail"
    assert result.summary.startswith("products are wrong: fp16 has NaN or infinity; bf16 is off by 0.25")


@pytest.mark.parametrize(
    "odd", [{}, {"ok": True}, {"finite": True}, {**RIGHT, "finite": None}, "right", None]
)
def test_a_product_that_is_not_said_to_be_right_is_not_taken_for_right(odd: Any) -> None:
    result = judge("matmul-correct", case(done("matmul-correct", checks={"fp32": RIGHT, "fp16": odd})))
    assert result.status == "fail"


@pytest.mark.parametrize(
    ("check", "device", "value", "summary"),
    [
        ("convolution", "cuda:0", {"library": "cudnn 9.1.0"}, "a convolution with cudnn 9.1.0 is right"),
        ("convolution", "cpu", {"library": "cpu"}, "a convolution on the CPU is right"),
        ("cublas", "cuda:0", {}, "a batched product with cuBLAS is right"),
        ("cublas", "cpu", {}, "a batched product on the CPU is right"),
        (
            "tensorflow-matmul",
            None,
            {"device": "/GPU:0", "tflops_median": 4.317},
            "TensorFlow's product on /GPU:0 is right (4.32 TFLOPS)",
        ),
    ],
)
def test_a_result_that_is_right_says_where_it_was_computed(
    check: str, device: str | None, value: dict[str, Any], summary: str
) -> None:
    result = judge(check, case(compared(check, device, **value)))
    assert (result.status, result.summary) == ("pass", summary)


@pytest.mark.parametrize("check", ["convolution", "cublas", "tensorflow-matmul"])
def test_a_result_that_is_wrong_fails(check: str) -> None:
    off = judge(check, case(compared(check, ok=False, max_error=0.25)))
    assert (off.status, "is wrong: is off by 0.25" in off.summary) == ("fail", True)
    lost = judge(check, case(compared(check, ok=False, finite=False, max_error=None)))
    assert (lost.status, "has NaN or infinity" in lost.summary) == ("fail", True)
    unsaid = judge(check, case(done(check)))
    assert (unsaid.status, unsaid.summary) == ("error", f"the result of {check} says nothing of it")


def test_a_library_that_cannot_be_used_is_an_error_with_its_cause() -> None:
    result = judge("convolution", case(failed("convolution", "RuntimeError: cuDNN is not available")))
    assert (result.status, result.cause) == ("error", "RuntimeError: cuDNN is not available")


def test_the_same_product_must_be_the_same_bit_for_bit() -> None:
    same = judge("repeatable", case(done("repeatable", runs=5, dtype="fp32", identical=True)))
    assert (same.status, same.summary) == (
        "pass",
        "the same product (fp32) comes out the same 5 times, bit for bit",
    )
    other = judge("repeatable", case(done("repeatable", runs=5, dtype="fp32", identical=False)))
    assert (other.status, other.summary) == (
        "fail",
        "the same product (fp32) does not come out the same 5 times",
    )
    assert judge("repeatable", case(done("repeatable"))).status == "error"


def test_of_several_gpus_the_wrong_one_is_named() -> None:
    outcomes = [done("memory", f"cuda:{at}", bytes=2**30, mismatches=7 * (at == 2)) for at in range(4)]
    result = judge("gpu-memory", case(*outcomes, gpus=(A100,) * 4))
    assert (result.status, result.summary) == (
        "fail",
        f"cuda:2 {A100}: 7 values of 1024 MiB of device memory came back changed (the worst of 4 devices)",
    )


def test_several_gpus_that_are_right_are_told_as_one() -> None:
    outcomes = [done("matmul-correct", f"cuda:{at}", checks={"fp32": RIGHT}) for at in range(2)]
    result = judge("matmul-correct", case(*outcomes, gpus=(T4, T4)))
    assert result.summary == "products are right in fp32 (on each of 2 devices)"
    assert list(result.measured["devices"]) == ["cuda:0", "cuda:1"]


def test_a_probe_without_an_object_is_a_skip_with_its_reason() -> None:
    result = judge("cublas", case(unavailable("cublas", "a CPU has no cuBLAS")))
    assert (result.status, result.summary) == ("skip", "a CPU has no cuBLAS")
