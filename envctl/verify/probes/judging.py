"""Whether a product is right: against float64 on the CPU, within what its dtype allows."""

from __future__ import annotations

from math import sqrt
from typing import Any, Dict

_HALF_ULP_FP32 = 2.0**-24
_ROUNDING = {"fp32": 0.0, "tf32": 2 * 2.0**-10, "fp16": 2 * 2.0**-11, "bf16": 2 * 2.0**-8}


def tolerance(dtype: str, length: int) -> float:
    """The largest error of a sum of `length` products, as a part of the sum of their magnitudes.

    Sums are kept in fp32, whose roundings add up like a random walk: sqrt(length) half units (Higham and
    Mary, SIAM J. Sci. Comput. 41(5), 2019), and four times that for the worst of many elements. To this
    comes the dtype's own: TF32 cuts both factors to 10 bits; fp16 and bf16 round the result to 11 and 8
    bits, and may round sums of its parts before.
    """
    return 4 * sqrt(length) * _HALF_ULP_FP32 + _ROUNDING[dtype]


def judge(product: Any, expected: Any, magnitude: Any, allowed: float) -> Dict[str, Any]:
    """Hold tensors against each other: `product` from the device, the others float64 on the CPU.

    The error of an element is its distance from `expected` as a part of `magnitude`, the same sum over
    absolute values, which cancellation does not make small. NaN and infinity are never right.
    """
    import torch

    found = product.detach().to("cpu", torch.float64)
    finite = bool(torch.isfinite(found).all())
    max_error = float(((found - expected).abs() / magnitude).max()) if finite else None
    ok = max_error is not None and max_error <= allowed
    return {"finite": finite, "max_error": max_error, "tolerance": allowed, "ok": ok}


def judge_product(c: Any, a: Any, b: Any, rows: Any, allowed: float) -> Dict[str, Any]:
    """Whether `rows` of `c` are those of `a @ b` (or of each of a batch); all of `c` must be finite."""
    import torch

    some, all_of_b = a[..., rows, :].to("cpu", torch.float64), b.to("cpu", torch.float64)
    judged = judge(c[..., rows.to(c.device), :], some @ all_of_b, some.abs() @ all_of_b.abs(), allowed)
    if torch.isfinite(c).all():
        return judged
    return {**judged, "finite": False, "max_error": None, "ok": False}
