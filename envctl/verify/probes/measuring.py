"""How long work takes on a device: warm, repeated, with cold caches, as a median with its spread."""

from __future__ import annotations

import time
from contextlib import ExitStack
from statistics import quantiles
from typing import Any, Callable, Dict, List, NamedTuple, Optional

from .sampler import sampler_of

REPEATS = 20
WARM_UP_S = {"cuda": 2.0, "cpu": 0.3}
"""A GPU's clocks take that long to settle."""
LONGEST_S = 20.0
"""A slow device is repeated for as long and no longer, though at least thrice."""
FLUSHED_BYTES = 256 * 2**20
"""Written on a GPU before each repeat, so that it finds nothing in the L2 cache (50 MiB on H100)."""


class Timing(NamedTuple):
    """What came of it."""

    times_s: List[float]
    """Of each repeat."""
    measured_s: float
    """What warm-up and repeats took in all."""
    flushed_bytes: int
    samples: Optional[Dict[str, Any]]
    """`Sampler.summary` over the repeats; None on a CPU and where NVML does not know the GPU."""

    def rates(self, unit: str, amount: float) -> Dict[str, float]:
        """`amount` of `unit` a repeat, by second: `{"tflops_median": …, "tflops_p10": …, "tflops_p90": …}`.

        p10 is the slow end: nine of ten repeats were faster.
        """
        tenths = quantiles([amount / time_s for time_s in self.times_s], n=10, method="inclusive")
        return {f"{unit}_median": tenths[4], f"{unit}_p10": tenths[0], f"{unit}_p90": tenths[8]}


def measure(work: Callable[[], object], device: str, seconds: float) -> Timing:
    """Time `work` for at least `seconds` and 20 repeats, after a warm-up by time.

    On a GPU it must be queued on the current stream of the current device, which must be `device`.
    """
    kind = device.partition(":")[0]
    took = _time_on_cpu if kind == "cpu" else _device_timer(device)
    sampler = sampler_of(device)  # starts NVML: not behind the warm-up, or the clocks fall meanwhile
    started = time.perf_counter()
    while time.perf_counter() - started < WARM_UP_S[kind]:
        took(work)
    times_s: List[float] = []
    with ExitStack() as stack:
        if sampler:
            stack.enter_context(sampler)
        begun = time.perf_counter()
        while not _enough(len(times_s), time.perf_counter() - begun, seconds):
            times_s.append(took(work))
    return Timing(
        times_s=times_s,
        measured_s=time.perf_counter() - started,
        flushed_bytes=0 if kind == "cpu" else FLUSHED_BYTES,
        samples=sampler.summary() if sampler else None,
    )


def _enough(repeats: int, spent_s: float, wanted_s: float) -> bool:
    if spent_s > max(LONGEST_S, wanted_s):
        return repeats >= 3
    return repeats >= REPEATS and spent_s >= wanted_s


def _time_on_cpu(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _device_timer(device: str) -> Callable[[Callable[[], object]], float]:
    """By events on the device: what the host does meanwhile does not count."""
    import torch

    flushed = torch.empty(FLUSHED_BYTES, dtype=torch.int8, device=device)

    def took(work: Callable[[], object]) -> float:
        start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        flushed.zero_()
        start.record()
        work()
        end.record()
        end.synchronize()
        return float(start.elapsed_time(end)) / 1000

    return took
