"""A product of matrices with TensorFlow: whether it is right, and how fast it is."""

from __future__ import annotations

import time
from statistics import median
from typing import Any, Dict, List

from .harness import Params, Unavailable
from .judging import tolerance

_ROWS = 16
_REPEATS = 10
_WARM_UP = 3


def matmul(params: Params) -> Dict[str, Any]:
    """A square fp32 product on the device of `params`, else on the first GPU, else on the CPU.

    16 random rows are held against float64; TF32 is off, so that its rounding is no error. The error is a
    part of the sum of the products' magnitudes, as for torch. The time is the host's, until the result is
    there, and is for show: 4096³ on a GPU, 1024³ on a CPU.
    """
    device = _device(params)
    import numpy as np
    import tensorflow as tf

    size = 1024 if device == "/CPU:0" else 4096
    if hasattr(tf.config.experimental, "enable_tensor_float_32_execution"):
        tf.config.experimental.enable_tensor_float_32_execution(False)
    random = np.random.RandomState(params.get("seed", 0))
    drawn_a, drawn_b = (random.standard_normal((size, size)).astype("float32") for _ in range(2))
    started = time.perf_counter()
    with tf.device(device):
        a, b = tf.constant(drawn_a), tf.constant(drawn_b)
        times_s: List[float] = []
        for _ in range(_WARM_UP + _REPEATS):
            begun = time.perf_counter()
            product = tf.linalg.matmul(a, b)
            last = float(product[-1, -1])  # waits for the device
            times_s.append(time.perf_counter() - begun)
    measured_s = time.perf_counter() - started
    rows = random.permutation(size)[:_ROWS]
    found = product.numpy()
    finite = bool(np.isfinite(found).all()) and bool(np.isfinite(last))
    some, all_of_b = drawn_a[rows].astype("float64"), drawn_b.astype("float64")
    error = np.abs(found[rows] - some @ all_of_b) / (np.abs(some) @ np.abs(all_of_b))
    max_error = float(error.max()) if finite else None
    allowed = tolerance("fp32", size)
    return {
        "device": "cpu" if device == "/CPU:0" else device.replace("/GPU", "cuda"),
        "size": size,
        "finite": finite,
        "max_error": max_error,
        "tolerance": allowed,
        "ok": max_error is not None and max_error <= allowed,
        "tflops_median": 2 * size**3 / median(times_s[_WARM_UP:]) / 1e12,
        "measured_s": measured_s,
    }


def _device(params: Params) -> str:
    """TensorFlow's name of the device: `/GPU:0` of `cuda:0`."""
    import tensorflow as tf

    gpus = len(tf.config.list_physical_devices("GPU"))
    asked = params.get("device") or ("cuda:0" if gpus else "cpu")
    if asked == "cpu":
        return "/CPU:0"
    index = int(asked.partition(":")[2] or 0)
    if index >= gpus:
        raise Unavailable(f"tensorflow finds {gpus} GPUs, so there is no {asked}")
    return f"/GPU:{index}"
