"""What one device does with torch: `params` has the `device`, the `seconds` to measure and a `seed`."""

from __future__ import annotations

from functools import partial
from typing import Dict

from . import matmul, memory
from .convolution import convolution
from .harness import Params, Probe


def prepare(params: Params) -> None:
    """Import torch and make the device the current one."""
    import torch

    if params["device"] != "cpu":
        torch.cuda.init()  # says why it cannot; set_device of a CPU build does not
        torch.cuda.set_device(params["device"])


def spoiled(params: Params) -> bool:
    """Whether an error has ended the device's context, of which every later call would fail: an illegal
    address does that, a lack of memory or of a kernel does not."""
    import torch

    try:
        if params["device"] != "cpu":
            torch.cuda.synchronize()
    except RuntimeError:
        return True
    return False


PROBES: Dict[str, Probe] = {
    "memory": memory.kept,
    "matmul-correct": matmul.correct,
    **{f"matmul-{dtype}": partial(matmul.throughput, dtype) for dtype in matmul.NEEDS},
    "memory-bandwidth": memory.bandwidth,
    "host-device-bandwidth": memory.host_device_bandwidth,
    "convolution": convolution,
    "cublas": matmul.batched,
    "repeatable": matmul.repeatable,
}
