"""Whether a device stores and computes what it should."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from envctl.verify.checks.per_device import Judged
from envctl.verify.facts import Case, Outcome
from envctl.verify.values import mapping, number

_MIB = 2**20


def memory(_: Case, outcome: Outcome) -> Judged:
    """A pattern was written and read back."""
    size, changed = number(outcome.value, "bytes"), number(outcome.value, "mismatches")
    if not size or changed is None:
        return _unsaid(outcome)
    what = f"{size / _MIB:.0f} MiB of {'main' if outcome.device == 'cpu' else 'device'} memory"
    if not changed:
        return Judged(status="pass", summary=f"{what} written and read back", measured=outcome.value)
    return _wrong(
        outcome,
        f"{changed:.0f} values of {what} came back changed",
        "the memory, or the way to it, changes what is stored",
        rank=-changed,
    )


def matmul(_: Case, outcome: Outcome) -> Judged:
    """A product in each data type was compared with one in float64 on the CPU."""
    checks = mapping(outcome.value, "checks")
    if not checks:
        return _unsaid(outcome)
    wrong = [f"{dtype} {fault}" for dtype in checks if (fault := _fault(mapping(checks, dtype)))]
    if not wrong:
        return Judged(
            status="pass", summary=f"products are right in {', '.join(checks)}", measured=outcome.value
        )
    return _wrong(
        outcome,
        f"products are wrong: {'; '.join(wrong)}",
        "rows of the product differ from the same rows in float64 by more than rounding explains",
        rank=-len(wrong),
    )


def convolution(_: Case, outcome: Outcome) -> Judged:
    library = outcome.value.get("library")
    where = "on the CPU" if outcome.device == "cpu" else f"with {library or 'cuDNN'}"
    return _compared(outcome, f"a convolution {where}")


def cublas(_: Case, outcome: Outcome) -> Judged:
    where = "on the CPU" if outcome.device == "cpu" else "with cuBLAS"
    return _compared(outcome, f"a batched product {where}")


def tensorflow_matmul(_: Case, outcome: Outcome) -> Judged:
    """Its throughput is told and not judged: TensorFlow has its own say in TF32."""
    tflops, device = number(outcome.value, "tflops_median"), outcome.value.get("device")
    speed = f" ({tflops:.3g} TFLOPS)" if tflops else ""
    return _compared(outcome, f"TensorFlow's product on {device or 'its device'}", speed)


def repeatable(_: Case, outcome: Outcome) -> Judged:
    """The same product several times must be the same bit for bit: nothing in it is left to chance."""
    identical, runs = outcome.value.get("identical"), outcome.value.get("runs")
    what = f"the same product ({outcome.value.get('dtype')})"
    if not isinstance(identical, bool):
        return _unsaid(outcome)
    if identical:
        return Judged(
            status="pass",
            summary=f"{what} comes out the same {runs} times, bit for bit",
            measured=outcome.value,
        )
    return _wrong(
        outcome,
        f"{what} does not come out the same {runs} times",
        "one kernel with one input on one device has one result: a bit was lost on the way",
    )


def _compared(outcome: Outcome, what: str, more: str = "") -> Judged:
    if not isinstance(outcome.value.get("ok"), bool):
        return _unsaid(outcome)
    fault = _fault(outcome.value)
    if fault is None:
        return Judged(status="pass", summary=f"{what} is right{more}", measured=outcome.value)
    return _wrong(
        outcome,
        f"{what} is wrong: {fault}",
        "it differs from the same in float64 by more than rounding explains",
    )


def _fault(compared: Mapping[str, Any]) -> str | None:
    """What is wrong with a result that was compared with float64; None for a right one."""
    if compared.get("finite") is not True:
        return "has NaN or infinity"
    if compared.get("ok") is not True:
        return f"is off by {compared.get('max_error')}, with a tolerance of {compared.get('tolerance')}"
    return None


def _wrong(outcome: Outcome, summary: str, cause: str, *, rank: float = 0.0) -> Judged:
    device = "machine" if outcome.device == "cpu" else "GPU"
    return Judged(
        status="fail",
        summary=summary,
        cause=cause,
        hint=f"run it again; where it comes again, take the {device} out of use and test its memory",
        measured=outcome.value,
        rank=rank,
    )


def _unsaid(outcome: Outcome) -> Judged:
    return Judged(
        status="error", summary=f"the result of {outcome.probe} says nothing of it", measured=outcome.value
    )
